import { deliver, type DeliverOptions } from '../../delivery/deliver.ts';
import { createPayload } from '../../delivery/payload.ts';
import { pause } from '../../http/until.ts';

const betweenMs = 150;
const askedMs = 2000;

export type WaitOptions = Pick<DeliverOptions, 'insecure' | 'ca' | 'signal'> & { url: URL };

/**
 * Whether something answers there. It is asked with a HEAD, which no event comes with: a port that is open proves
 * nothing where a container's proxy takes connections for a server that is not up yet.
 */
export async function isUp({ url, ...options }: WaitOptions, timeoutMs = askedMs): Promise<boolean> {
  const payload = createPayload({ name: 'is it up', method: 'HEAD', body: '' });
  const { response, failure, connected } = await deliver(payload, { ...options, url, timeoutMs });
  // A proxy says with these that what is behind it is not there yet.
  if (response) return ![502, 503, 504].includes(response.status);
  return connected && failure?.code !== 'connection_reset' && failure?.code !== 'interrupted';
}

/** Asks until something answers (true), or the time is up (false). */
export async function waitUntilUp(options: WaitOptions, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const left = end - performance.now();
    if (await isUp(options, Math.max(50, Math.min(askedMs, left)))) return true;
    if (options.signal?.aborted || performance.now() + betweenMs >= end) return false;
    await pause(betweenMs, options.signal);
  }
}
