/** A line without its newline; bytes are UTF-8. */
export type Line = string | Uint8Array;

const newline = Buffer.from('\n');

/** All lines in one piece, each with its newline. */
export function joinLines(lines: readonly Line[]): Buffer {
  if (lines.every((line) => typeof line === 'string')) return Buffer.from(`${lines.join('\n')}\n`);
  return Buffer.concat(lines.flatMap((line) => [typeof line === 'string' ? Buffer.from(line) : line, newline]));
}
