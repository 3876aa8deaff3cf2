import { deliver, type DeliverOptions } from '../../delivery/deliver.ts';
import { createPayload } from '../../delivery/payload.ts';
import { pause } from '../../http/until.ts';

const betweenMs = 150;
const askedMs = 2000;

export type WaitOptions = Pick<DeliverOptions, 'insecure' | 'ca' | 'signal'> & { url: URL };

/**
 * Whether something answers there. We ask with HEAD, which is never an event. An open port proves nothing: the proxy of
 * a container accepts connections before its server is up.
 */
export async function isUp({ url, ...options }: WaitOptions, timeoutMs = askedMs): Promise<boolean> {
  const payload = createPayload({ name: 'is it up', method: 'HEAD', body: '' });
  const { response, failure, connected } = await deliver(payload, { ...options, url, timeoutMs });
  // With these statuses a proxy says that the server behind it is not up yet.
  if (response) return ![502, 503, 504].includes(response.status);
  return connected && failure?.code !== 'connection_reset' && failure?.code !== 'interrupted';
}

/** Asks again and again until something answers (true), or the time is up (false). */
export async function waitUntilUp(options: WaitOptions, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const left = end - performance.now();
    if (await isUp(options, Math.max(50, Math.min(askedMs, left)))) return true;
    if (options.signal?.aborted || performance.now() + betweenMs >= end) return false;
    await pause(betweenMs, options.signal);
  }
}
