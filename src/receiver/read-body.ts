import type { IncomingMessage } from 'node:http';

/** `too-large` as soon as the limit is passed, `cut-off` where the client left or broke the framing. */
export type ReadBody = Buffer | 'too-large' | 'cut-off';

/** One-byte chunks would cost a hundred times their size: this many are joined at a time. */
const chunksToJoin = 1024;

/** Collects a request's body, and no more than `maxBytes` of it: what comes after that is let go. Never rejects. */
export function readBody(req: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let joined: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        chunks = [];
        joined = [];
        resolve('too-large');
        return;
      }
      chunks.push(chunk);
      if (chunks.length < chunksToJoin) return;
      joined.push(Buffer.concat(chunks));
      chunks = [];
    });
    req.on('end', () => resolve(join([...joined, ...chunks], size)));
    // After 'end' this changes nothing; before it, the client is gone.
    req.on('close', () => resolve('cut-off'));
  });
}

function join(chunks: Buffer[], size: number): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}
