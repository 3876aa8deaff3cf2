import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a journal needs of the file system. It is small, so that a test can make each call fail. */
export interface JournalFs {
  /** Opens a file for reading and appending; creates it if there is none, readable only by its owner. */
  open(path: string): number;
  /** Facts about an open file, or about the file that is at a path now. */
  stat(target: number | string): FileFacts;
  /** The byte at `position`. */
  readByte(fd: number, position: number): number | undefined;
  /** Appends, and returns how many bytes were written. */
  write(fd: number, bytes: Uint8Array): number;
  /** Returns when the file is on the disk. */
  sync(fd: number): void;
  /** Returns when the file names in the folder of this file are on the disk. */
  syncFolder(path: string): void;
  close(fd: number): void;
  /** Waits, in milliseconds, and blocks everything else. */
  pause(ms: number): void;
}

export interface FileFacts {
  /** Exact numbers: as floating point, two files of a large disk could look the same. */
  dev: bigint;
  ino: bigint;
  size: number;
  isFile(): boolean;
  isCharacterDevice(): boolean;
}

export const systemFs: JournalFs = {
  // Non-blocking: a pipe that nobody reads must not block the start.
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
