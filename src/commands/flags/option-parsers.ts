import { InvalidArgumentError } from 'commander';
import { HookError } from '../../errors.ts';
import type { RawHeader } from '../../http/headers.ts';
import { durationMs, maxDurationMs } from '../../text/units.ts';

/** `20s`, `500ms`, `1.5s`, `2m` in milliseconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms === null)
    throw new InvalidArgumentError(
      /^\d+(\.\d+)?$/.test(text)
        ? `It has no unit. Did you mean ${text}s?`
        : 'A duration looks like 20s, 500ms, 1.5s or 2m.',
    );
  if (ms > maxDurationMs) throw new InvalidArgumentError('That is longer than 24 days.');
  return ms;
}

/** A duration above 0. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === 0) throw new InvalidArgumentError('It must be more than 0.');
  return ms;
}

/** `2026-01-31`, `2026-01-31T12:00` (both local), `2026-01-31T12:00Z`, or a time before `now`: `10m`, `10m ago`. */
export function parseMoment(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)(?: ago)?$/.exec(text) ?? [];
  const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 's' | 'm' | 'h' | 'd'];
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  // A day alone would be read as UTC, but a day with a time as local.
  const iso = text.includes('T') ? text : `${text}T00:00`;
  const date = new Date(isIso ? iso : now.getTime() - Number(amount) * unitMs);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError(
      'A time looks like 2026-01-31 or 2026-01-31T12:00 (local), 2026-01-31T12:00Z, or 10m ago (s, m, h, d).',
    );
  return date;
}

/** A whole number, 1 or more. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}

/** `100/s`, `30/m`, in deliveries per second. */
export function parseRate(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new InvalidArgumentError(
      /^\d+(\.\d+)?$/.test(text) ? `It has no unit. Did you mean ${text}/s?` : 'A rate looks like 100/s or 30/m.',
    );
  const rate = Number(amount) / { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (rate === 0) throw new InvalidArgumentError('It must be more than 0.');
  return rate;
}

/** `0.5%`, or `0.5`, in percent. */
export function parsePercent(text: string): number {
  const [, amount] = /^(\d+(?:\.\d+)?)\s?%?$/.exec(text) ?? [];
  if (amount === undefined || Number(amount) > 100)
    throw new InvalidArgumentError('A percentage looks like 1% or 0.5%, up to 100%.');
  return Number(amount);
}

/** `3000`, or `:3000`; 0 means any free port. */
export function parsePort(given: string): number {
  const text = given.replace(/^:/, '');
  if (!/^\d+$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
  return Number(text);
}

/** An address to listen on. An empty one would mean all addresses. */
export function parseHost(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** A command for the shell. Only spaces means that a variable is not set. */
export function parseCommand(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** `5mb`, `64kb`, `1000` in bytes (1 KB is 1024 B). */
function parseBytes(text: string): number {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s?(b|kb|mb|gb)?$/i.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('A size looks like 64kb, 5mb or 1000000.');
  const factor = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[unit.toLowerCase() as 'b' | 'kb' | 'mb' | 'gb'];
  return Math.round(Number(amount) * factor);
}

/** A journal escapes one byte with at most six, and its reader accepts lines of 256 MiB. */
const maxBodyLimit = '40mb';

/** A limit for bodies: not larger than what a journal can hold. */
export function parseBodyLimit(text: string): number {
  const bytes = parseBytes(text);
  if (bytes > parseBytes(maxBodyLimit))
    throw new InvalidArgumentError(`The limit is ${maxBodyLimit}: a journal cannot hold a larger body.`);
  return bytes;
}

/** `204`, or a class such as `2xx`. */
export function parseStatusPattern(text: string): string {
  const pattern = text.toLowerCase();
  if (!/^[1-9](\d\d|\dx|xx)$/.test(pattern)) throw new InvalidArgumentError('A status looks like 204, or 2xx.');
  return pattern;
}

/**
 * `Name: value`; each call adds one.
 *
 * @throws HookError, because commander's own error would quote the value, and that may be the secret
 */
export function collectHeader(text: string, before: RawHeader[] = []): RawHeader[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new HookError("a --header looks like 'Name: value'");
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new HookError(`the value of --header ${name} contains a character that a header cannot carry`);
  if (/^(trailer|transfer-encoding)$/i.test(name))
    throw new HookError(`--header ${name} cannot be set: the body is framed by Content-Length, as Suvvy does it`);
  return [...before, [name, value.trimEnd()]];
}

/** Adds one more value each time. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
