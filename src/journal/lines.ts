import { createReadStream } from 'node:fs';

/** No entry of ours is as long: what is longer is no journal, and must not fill the memory. */
const maxLineBytes = 256 * 1024 * 1024;

/** The lines of the first `bytes` bytes of a file, without their newlines; null for one that is too long to be read. */
export async function* lines(path: string, bytes: number): AsyncGenerator<Buffer | null> {
  if (bytes === 0) return;
  let parts: Buffer[] = [];
  let size = 0;
  const take = (end: Buffer): Buffer | null => {
    const line = size + end.length > maxLineBytes ? null : Buffer.concat([...parts, end]);
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 256 * 1024 })) {
    const block = chunk as Buffer;
    let start = 0;
    for (let end = block.indexOf(0x0a); end !== -1; end = block.indexOf(0x0a, start)) {
      yield take(block.subarray(start, end));
      start = end + 1;
    }
    const rest = block.subarray(start);
    size += rest.length;
    if (size > maxLineBytes) parts = [];
    else parts.push(rest);
  }
  yield take(Buffer.alloc(0));
}
