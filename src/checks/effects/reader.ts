import { URL } from 'node:url';
import { isAcknowledged } from '../../contract/limits.ts';
import { deliver } from '../../delivery/deliver.ts';
import { createPayload } from '../../delivery/payload.ts';
import { currentDate, monotonicMs } from '../../http/clock.ts';
import { pause } from '../../http/until.ts';

/** Reads where a receiver keeps messages to be polled. */
export interface Reader {
  /** When the word was there, as a time stamp; null if it was not in that time. */
  saw(word: string, limits: { timeoutMs: number; signal: AbortSignal }): Promise<number | null>;
  /** Why it could never be read, in words; null where there was a 2xx. */
  problem(): string | null;
}

const betweenMs = 50;
const patienceMs = 2000;

/** A list of all that a run has sent. */
const answerBytes = 8 * 1024 * 1024;

export interface ReaderOptions {
  chatId: string | null;
  insecure?: boolean | undefined;
  ca?: string | undefined;
}

/** @param url with `{chat_id}` for the chat; the secret is never sent there */
export function createReader(url: string, { chatId, insecure, ca }: ReaderOptions): Reader {
  const target = new URL(url.replaceAll('{chat_id}', encodeURIComponent(chatId ?? '')));
  const payload = createPayload({ name: 'read', method: 'GET', body: '' });
  let reading: Promise<string> | null = null;
  let wasRead = false;
  let problem: string | null = null;
  const ask = async (): Promise<string> => {
    const outcome = await deliver(payload, { url: target, timeoutMs: patienceMs, insecure, ca, answerBytes });
    const { response, failure } = outcome;
    wasRead ||= response !== null && isAcknowledged(response.status);
    problem = response ? `it answered ${response.status}` : (failure?.message ?? null);
    return response ? Buffer.from(response.body).toString('latin1') : '';
  };
  // All words are looked for in one answer.
  const read = (): Promise<string> => (reading ??= ask().finally(() => (reading = null)));
  return {
    async saw(word, { timeoutMs, signal }) {
      const endAt = monotonicMs() + timeoutMs;
      for (;;) {
        if ((await read()).includes(word)) return currentDate().getTime();
        if (signal.aborted || monotonicMs() + betweenMs >= endAt) return null;
        await pause(betweenMs, signal);
      }
    },
    problem: () => (wasRead ? null : problem),
  };
}
