import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** Why bytes are not UTF-8 text (R6). */
export interface EncodingProblem {
  /** `it is UTF-16, not UTF-8`: the end of a sentence. */
  message: string;
  /** The first byte that is wrong, counted from 0. */
  offset: number;
}

/** What is wrong with bytes that should be JSON in UTF-8; null if nothing is wrong. A UTF-8 byte order mark is fine. */
export function findEncodingProblem(bytes: Buffer): EncodingProblem | null {
  if (isUtf16(bytes)) return { message: 'it is UTF-16, not UTF-8', offset: 0 };
  return isUtf8(bytes) ? null : { message: 'it is not UTF-8', offset: firstInvalid(bytes) };
}

/** Found by its mark, or because JSON begins with an ASCII character: in UTF-16 one of its two bytes is 0. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return false;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return marked || (first === 0) !== (second === 0);
}

/** Decoding turns invalid bytes into U+FFFD. Find the first U+FFFD that is not in the bytes themselves. */
function firstInvalid(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let offset = 0;
  for (let from = 0, at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!bytes.subarray(offset, offset + 3).equals(Buffer.from('\ufffd'))) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
}

/** The text of a small file that a person wrote, in UTF-8 or UTF-16, without its byte order mark. */
export function decodeTextFile(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
