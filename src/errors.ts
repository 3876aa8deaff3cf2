import { isNativeError } from 'node:util/types';

/** Exit codes of every command. Scripts and CI depend on them. */
export const ExitCode = {
  /** Everything that was judged passed. */
  ok: 0,
  /** Something that was judged failed. */
  failed: 1,
  /** A flag, URL, fixture or config is not valid. */
  usage: 2,
  /** We could not do it: no connection was made, the port is taken, a file cannot be read. */
  unable: 3,
  /** A bug in this program. */
  bug: 70,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM or SIGHUP. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface HookErrorOptions {
  /** What the user can do about it, in one sentence. */
  hint?: string | undefined;
  exitCode?: ExitCode | undefined;
  cause?: unknown | undefined;
}

/** What we could not do, in words for the user. What a target did is never thrown: it is a value. */
export class HookError extends Error {
  override readonly name = 'HookError';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, { hint, exitCode = ExitCode.usage, cause }: HookErrorOptions = {}) {
    super(message, { cause });
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The system's words for a failed call (`EACCES`, `ENOENT`), without its prefix and path. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  return (code && systemWords[code]) || (isError(error) ? error.message : String(error));
}

/** Whether it is an error, also one of another realm: Jest runs tests in one of their own, and Node's errors are not of it. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

/** The `code` of a Node error, or null. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const systemWords: Record<string, string> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the port is taken',
  EADDRNOTAVAIL: 'this machine has no such address',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};
