import type { Capture } from '../../src/receiver/capture.ts';

/** A capture with this body, and the rest of no interest. */
export function captureOf(body: string | Buffer | null, rest: Partial<Capture> = {}): Capture {
  return {
    id: 'id',
    receivedAt: new Date(0),
    method: 'POST',
    target: '/',
    path: '/',
    httpVersion: '1.1',
    rawHeaders: [],
    remoteAddress: '127.0.0.1',
    body: typeof body === 'string' ? Buffer.from(body) : body,
    ...rest,
  };
}
