import type { EntryLines } from '../journal/entry-line.ts';
import type { LineWriter } from './line-writer.ts';
import type { Sink } from './sink.ts';
import type { Line } from '../text/line.ts';
import { escapeJson } from '../text/safe.ts';

const opening = '{"type":"event",';
const openingBytes = Buffer.from(opening);

// The first bytes, in UTF-8, of all that a terminal could take amiss. They begin harmless characters as well.
const suspicious =
  /\x7f|\xc2[\x80-\xad]|\xcd\x8f|\xd8\x9c|\xdc\x8f|\xe0\xa3|\xe1[\x85\x9e\xa0]|\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81)|\xe3\x85\xa4|\xef[\xb7\xb8\xbb\xbe\xbf]|[\xf0-\xf4]/;

/** A line of a journal as a line of `listen --json`: harmless on a terminal, and it parses to the same. */
export function eventLine(entry: Line): Line {
  if (typeof entry === 'string') return opening + escapeJson(entry.slice(1));
  const rest = Buffer.from(entry.buffer, entry.byteOffset + 1, entry.byteLength - 1);
  // Most lines have nothing to escape, and a look at their bytes takes a tenth of the time of decoding them.
  return suspicious.test(rest.toString('latin1'))
    ? opening + escapeJson(rest.toString())
    : Buffer.concat([openingBytes, rest]);
}

/** Writes each request as a line for a program. */
export function createNdjsonSink(writer: Pick<LineWriter, 'write'>, lines: EntryLines): Sink {
  return {
    see: (received, answered) => writer.write([eventLine(lines(received, answered))]),
  };
}
