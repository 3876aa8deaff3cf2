import type { IncomingMessage } from 'node:http';
import type { InFlight } from './limits/in-flight.ts';

/**
 * `too-large` as soon as the limit is passed, `crowded-out` if other requests need the space, `cut-off` if the client
 * left or broke the framing.
 */
export type ReadBody = Buffer | 'too-large' | 'crowded-out' | 'cut-off';

/** Chunks of one byte would take a hundred times their size in memory, so this many are joined at a time. */
const chunksToJoin = 1024;

/** Collects the body of a request, at most `maxBytes` of it; the rest is dropped. Never rejects. */
export function readBody(req: IncomingMessage, maxBytes: number, inFlight: InFlight): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let joined: Buffer[] = [];
    let size = 0;
    let isGivenUp = false;
    const giveUp = (why: 'too-large' | 'crowded-out'): void => {
      isGivenUp = true;
      chunks = [];
      joined = [];
      inFlight.close(req);
      resolve(why);
    };
    const account = inFlight.open(req, () => giveUp('crowded-out'));
    req.on('data', (chunk: Buffer) => {
      if (isGivenUp) return;
      size += chunk.length;
      if (size > maxBytes) return giveUp('too-large');
      chunks.push(chunk);
      account.add(chunk.length);
      if (chunks.length < chunksToJoin) return;
      joined.push(Buffer.concat(chunks));
      chunks = [];
    });
    req.on('end', () => {
      if (isGivenUp) return;
      const body = join([...joined, ...chunks], size);
      account.complete(body);
      resolve(body);
    });
    // After 'end' this changes nothing. Before 'end' it means that the client has gone.
    req.on('close', () => resolve('cut-off'));
  });
}

function join(chunks: Buffer[], size: number): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}
