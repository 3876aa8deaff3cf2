import { ExitCode, HookError, errorCode, systemReason } from '../errors.ts';
import type { FileFacts, JournalFs } from './fs.ts';

/**
 * What somebody else did to the file while it was open; `torn` is a last line that was found without its end, `shared`
 * is told once, when the file has grown by what is not ours.
 */
export type Disturbance = 'moved' | 'replaced' | 'truncated' | 'shared' | 'torn';

export interface JournalFile {
  /**
   * Appends whole lines in one write, at the path as it is now: a file that was moved away is made anew.
   *
   * @throws if not every byte was taken; what was taken is kept, and the next lines begin on a fresh one
   */
  append(lines: Buffer): void;
  close(): void;
}

export interface JournalFileOptions {
  fs: JournalFs;
  fsync: boolean;
  onDisturbance(what: Disturbance): void;
}

/** An open file, and how we left it. */
interface Opened {
  fd: number;
  dev: bigint;
  ino: bigint;
  /** Only a regular file has an end to look at. */
  regular: boolean;
  size: number;
  /** The last byte is not the end of a line. */
  midLine: boolean;
}

/** @throws HookError (exit 3) if the path cannot be appended to */
export function openJournalFile(path: string, { fs, fsync, onDisturbance }: JournalFileOptions): JournalFile {
  let file: Opened | null = open(path, fs, fsync);
  if (file.midLine) onDisturbance('torn');
  let isShared = false;

  const close = (): void => {
    const { fd } = file ?? {};
    file = null;
    if (fd !== undefined) fs.close(fd);
  };
  const reopen = (what: Disturbance): Opened => {
    close();
    file = open(path, fs, fsync);
    onDisturbance(what);
    return file;
  };
  const current = (): Opened => {
    const facts = factsAt(path, fs);
    if (!facts) return reopen('moved');
    if (!file || facts.ino !== file.ino || facts.dev !== file.dev) return reopen('replaced');
    if (!file.regular || facts.size === file.size) return file;
    // Somebody else was here, or a write of ours got stuck half-way: the end is not as we left it.
    const wasWhole = !file.midLine;
    const { size, midLine } = calmEnd(file.fd, facts.size, fs);
    if (size < file.size) onDisturbance('truncated');
    else if (wasWhole && !isShared) {
      isShared = true;
      onDisturbance('shared');
    }
    file.midLine = midLine;
    file.size = size;
    return file;
  };
  return {
    append(lines) {
      const target = current();
      const bytes = target.midLine ? Buffer.concat([newline, lines]) : lines;
      // Whatever happens now: until all of it went well, the next line does not trust this end.
      target.midLine = true;
      const written = fs.write(target.fd, bytes);
      if (written !== bytes.length)
        throw new Error(`only ${written} of ${bytes.length} bytes were taken: is the disk full?`);
      if (fsync) fs.sync(target.fd);
      target.midLine = false;
      target.size += bytes.length;
    },
    close,
  };
}

const newline = Buffer.from('\n');

function open(path: string, fs: JournalFs, fsync: boolean): Opened {
  let fd: number | undefined;
  try {
    fd = fs.open(path);
    const facts = fs.stat(fd);
    const regular = facts.isFile();
    if (!regular && !facts.isCharacterDevice()) throw new Error('it is not a file');
    if (fsync && regular) fs.syncFolder(path);
    const { dev, ino, size } = facts;
    const end = regular ? calmEnd(fd, size, fs) : { size, midLine: false };
    return { fd, dev, ino, regular, ...end };
  } catch (error) {
    if (fd !== undefined) fs.close(fd);
    throw new HookError(`cannot record into ${path}: ${systemReason(error)}`, {
      hint: 'a journal is a file that can be read and written, or a new one in a folder that is there',
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

function factsAt(path: string, fs: JournalFs): FileFacts | null {
  try {
    return fs.stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** So long, in milliseconds, has a line without an end to stay as it is before it is taken for torn. */
const calmMs = 20;
/** So long is waited for that, whoever writes without a pause. */
const patienceMs = 200;

/** The end of a file that others write as well: a line of theirs that is only just being written looks torn. */
function calmEnd(fd: number, size: number, fs: JournalFs): { size: number; midLine: boolean } {
  let end = { size, midLine: isMidLine(fd, size, fs) };
  for (let waited = 0, calm = 0; end.midLine && calm < calmMs && waited < patienceMs; waited++) {
    fs.pause(1);
    const { size: now } = fs.stat(fd);
    calm = now === end.size ? calm + 1 : 0;
    end = { size: now, midLine: isMidLine(fd, now, fs) };
  }
  return end;
}

function isMidLine(fd: number, size: number, fs: JournalFs): boolean {
  return size > 0 && fs.readByte(fd, size - 1) !== newline[0];
}
