import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a journal asks of the file system: few enough calls for a test to fail each of them. */
export interface JournalFs {
  /** Opens for reading and appending; makes the file if there is none, for its owner alone. */
  open(path: string): number;
  /** Facts about an open file, or about what stands at a path now. */
  stat(target: number | string): FileFacts;
  /** The byte at `position`. */
  readByte(fd: number, position: number): number | undefined;
  /** Appends, and tells how much was taken. */
  write(fd: number, bytes: Uint8Array): number;
  /** Returns when the file is on the disk. */
  sync(fd: number): void;
  /** Returns when the names in the folder of a file are on the disk. */
  syncFolder(path: string): void;
  close(fd: number): void;
  /** Waits, in milliseconds, and nothing else goes on meanwhile. */
  pause(ms: number): void;
}

export interface FileFacts {
  /** Exact: with numbers two files of a large disk could look like one. */
  dev: bigint;
  ino: bigint;
  size: number;
  isFile(): boolean;
  isCharacterDevice(): boolean;
}

export const systemFs: JournalFs = {
  // Non-blocking: a pipe that nobody reads must not hold up the start.
  open: (path) =>
    openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o600),
  stat(target) {
    const facts = typeof target === 'number' ? fstatSync(target, { bigint: true }) : statSync(target, { bigint: true });
    return {
      dev: facts.dev,
      ino: facts.ino,
      size: Number(facts.size),
      isFile: () => facts.isFile(),
      isCharacterDevice: () => facts.isCharacterDevice(),
    };
  },
  readByte(fd, position) {
    const byte = Buffer.alloc(1);
    return readSync(fd, byte, 0, 1, position) === 1 ? byte[0] : undefined;
  },
  write: (fd, bytes) => writeSync(fd, bytes),
  sync: fsyncSync,
  syncFolder(path) {
    const fd = openSync(dirname(path), constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  close: closeSync,
  pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
};
