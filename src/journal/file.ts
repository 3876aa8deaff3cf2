import { ExitCode, HookError, errorCode, systemReason } from '../errors.ts';
import type { FileFacts, JournalFs } from './fs.ts';

/**
 * What another process did to the file while it was open. `torn`: the last line had no end when we opened it. `shared`
 * is reported once, when the file has grown by lines that are not ours.
 */
export type Disturbance = 'moved' | 'replaced' | 'truncated' | 'shared' | 'torn';

export interface JournalFile {
  /**
   * Appends whole lines in one write, to the path as it is now. If the file was moved away, it is created again.
   *
   * @throws if not every byte was written; the written bytes stay, and the next lines begin on a new line
   */
  append(lines: Buffer): void;
  close(): void;
}

export interface JournalFileOptions {
  fs: JournalFs;
  fsync: boolean;
  onDisturbance(what: Disturbance): void;
}

/** An open file, and its state after our last write. */
interface Opened {
  fd: number;
  dev: bigint;
  ino: bigint;
  /** Only a regular file has an end that we can look at. */
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
    // Another process wrote here, or one of our writes stopped half-way: the end of the file is not as we left it.
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
      // Until the whole write has succeeded, the next line must not rely on this end.
      target.midLine = true;
      const written = fs.write(target.fd, bytes);
      if (written !== bytes.length)
        throw new Error(`only ${written} of ${bytes.length} bytes were written: is the disk full?`);
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
      hint: 'a journal is a file that can be read and written, or a new file in a folder that exists',
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

/** How long, in milliseconds, a line without an end has to stay unchanged before we treat it as torn. */
const calmMs = 20;
/** The longest wait for that, in milliseconds, if the other process never stops writing. */
const patienceMs = 200;

/** The end of a file that other processes also write to. A line that is being written at this moment looks torn. */
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
