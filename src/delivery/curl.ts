import { isUtf8 } from 'node:buffer';
import { headerValue } from '../http/headers.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { Payload } from './payload.ts';

/** Longer bodies, in bytes, do not fit into a command line. */
export const maxCurlBody = 100_000;

/** Where the request goes, as options of curl. */
export interface CurlTarget {
  url: URL;
  /** `-k`. */
  insecure?: boolean | undefined;
  /** `--cacert`. */
  caFile?: string | undefined;
  /** Where the body comes from, if it need not be quoted: a path, or `-`. */
  bodyFrom?: string | undefined;
  /** The `Authorization` value as the shell has to build it, if it is not the bearer of the right secret. */
  authorization?: string | undefined;
  maxTimeSeconds: number;
}

/**
 * The same request as a curl line that runs in a POSIX shell. It contains `$SUVVY_WEBHOOK_SECRET` instead of the
 * secret.
 */
export function curlCommand(payload: Payload, target: CurlTarget): string {
  const parts = ['curl', '-i', '--max-time', String(target.maxTimeSeconds)];
  // With -X HEAD, curl would wait for a body that a HEAD answer never has.
  parts.push(...(payload.method === 'HEAD' ? ['-I'] : ['-X', payload.method]));
  if (target.insecure) parts.push('-k');
  if (target.caFile) parts.push('--cacert', shellQuote(target.caFile));
  parts.push(shellQuote(target.url.href));
  for (const [name, value] of payload.headers) parts.push('-H', header(name, value, target));
  if (payload.framing === 'chunked') parts.push('-H', shellQuote('Transfer-Encoding: chunked'));
  if (payload.method === 'HEAD' || payload.method === 'GET') return parts.join(' ');
  // Without a Content-Type, curl adds its own.
  if (headerValue(payload.headers, 'content-type') === undefined) parts.push('-H', shellQuote('Content-Type:'));
  return withBody(parts, payload.body, target.bodyFrom);
}

function withBody(parts: string[], bytes: Uint8Array, bodyFrom: string | undefined): string {
  if (bodyFrom !== undefined) return [...parts, '--data-binary', shellQuote(`@${bodyFrom}`)].join(' ');
  const body = Buffer.from(bytes);
  // An argument cannot contain NUL or bytes that are not text. An argument that begins with @ would be the name of a
  // file.
  if (isUtf8(body) && !body.includes(0) && body[0] !== 0x40)
    return [...parts, '--data-binary', shellQuote(body.toString('utf8'))].join(' ');
  return `printf '${octal(body)}' | ${[...parts, '--data-binary', '@-'].join(' ')}`;
}

function octal(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[\w {}[\]":,.]/.test(char) ? char : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}

function header(name: string, value: string, { authorization }: CurlTarget): string {
  if (name.toLowerCase() === 'authorization') return `"${name}: ${authorization ?? 'Bearer $SUVVY_WEBHOOK_SECRET'}"`;
  return shellQuote(value === '' ? `${name};` : `${name}: ${value}`);
}
