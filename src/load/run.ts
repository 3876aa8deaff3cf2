import { URL } from 'node:url';
import { deadlineMs } from '../contract/limits.ts';
import type { Delivery } from '../delivery/attempt.ts';
import { judge, type Expectations } from '../delivery/judge.ts';
import type { Payload } from '../delivery/payload.ts';
import { createDeliveryCounter, type DeliveryCounter, type DeliveryTally } from '../delivery/summary.ts';
import { HookError } from '../errors.ts';
import {
  clearImmediate,
  clearInterval,
  clearTimeout,
  monotonicMs,
  setImmediate,
  setInterval,
  setTimeout,
} from '../http/clock.ts';
import { createPool } from './pool.ts';
import { createSchedule, type LoadPlan } from './schedule.ts';
import { supplyOf, type PayloadSupply } from './supply.ts';

export interface LoadOptions extends LoadPlan, Expectations {
  url: URL | string;
  /** Sent in turn, again and again. */
  payloads: readonly Payload[] | PayloadSupply;
  /** Connections, each with one delivery at a time. */
  concurrency: number;
  /** How long each delivery may take, in milliseconds. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** Take any certificate (against `tls-verified`). */
  insecure?: boolean | undefined;
  /** Certificates to trust instead of the system's: PEM. */
  ca?: string | undefined;
  /** Ends the load; what is under way becomes `interrupted`. */
  signal?: AbortSignal | undefined;
  /** Sees each delivery as it ends. Only with it are headers and bodies of answers kept. */
  onDelivery?: ((delivery: Delivery) => void) | undefined;
  /** Hears a few times a second how it goes. */
  onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export interface LoadProgress {
  sent: number;
  failed: number;
  /** Of late. */
  perSecond: number;
}

export interface LoadResult extends DeliveryTally {
  elapsedMs: number;
  /** Were due within the time, and found no free connection before it was up. */
  neverLeft: number;
}

const progressEveryMs = 200;

/** After so much sending, what has come meanwhile is read, and timed. */
const sliceMs = 0.1;

/**
 * Many deliveries over kept connections (against `fresh-connection`), each judged as a single one is. Latency counts from
 * the moment that a delivery was due.
 *
 * What the target does is never thrown.
 *
 * @throws HookError (exit 2) for headers that cannot be sent this way
 */
export function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { concurrency, timeoutMs = deadlineMs, insecure = false, ca, signal, onDelivery } = options;
  const url = new URL(options.url);
  const counter = createDeliveryCounter();
  const startedAt = monotonicMs();
  const schedule = createSchedule(options, startedAt);
  let timer: NodeJS.Timeout | undefined;
  const supply = 'next' in options.payloads ? options.payloads : supplyOf(options.payloads.map((one) => () => one));
  let soon: NodeJS.Immediate | undefined;

  return new Promise((resolve, reject) => {
    const pool = createPool({
      url,
      concurrency,
      timeoutMs,
      insecure,
      ca,
      keep: onDelivery !== undefined,
      onEnding: (ending, payload, latenessMs) => {
        const verdict = judge(ending, options);
        counter.add(ending, verdict, latenessMs);
        if (ending.outcome) onDelivery?.({ payload, url, outcome: ending.outcome, verdict, files: [] });
        pumpSoon();
      },
      onUnsendable: (error) => end(() => reject(unsendable(error))),
    });
    const stopProgress = watchProgress(counter, options.onProgress);
    const interrupt = (): void => {
      pool.interrupt();
      pump();
    };
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      clearImmediate(soon);
      stopProgress();
      signal?.removeEventListener('abort', interrupt);
      supply.close();
      pool.close();
      settle();
    };
    /** Once what this turn of the loop has read is timed: a request takes longer to send than an answer to read. */
    const pumpSoon = (): void => {
      soon ??= setImmediate(pump);
    };
    /** Sends whatever is due on whatever is free; the last one to be through ends the load. */
    const pump = (): void => {
      clearTimeout(timer);
      clearImmediate(soon);
      soon = undefined;
      const turnAt = monotonicMs();
      while (pool.hasFree()) {
        const now = monotonicMs();
        if (now - turnAt > sliceMs) return pumpSoon();
        const dueAt = signal?.aborted ? Infinity : schedule.nextDue(now);
        if (dueAt === Infinity) break;
        if (dueAt > now) {
          timer = setTimeout(pump, Math.ceil(dueAt - now));
          return;
        }
        const payload = supply.next();
        if (!payload) return supply.whenReady(pumpSoon, (error) => end(() => reject(error as Error)));
        schedule.take();
        pool.send(payload, dueAt, now);
      }
      if (pool.isIdle()) end(() => resolve(result()));
    };
    const result = (): LoadResult => {
      const now = monotonicMs();
      return { ...counter.read(), elapsedMs: now - startedAt, neverLeft: schedule.missed(now) };
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    pump();
  });
}

function watchProgress(counter: DeliveryCounter, onProgress: LoadOptions['onProgress']): () => void {
  if (!onProgress) return () => {};
  let before = { sent: 0, at: monotonicMs() };
  const timer = setInterval(() => {
    const now = { sent: counter.sent(), at: monotonicMs() };
    const perSecond = ((now.sent - before.sent) / (now.at - before.at)) * 1000;
    onProgress({ sent: now.sent, failed: counter.failed(), perSecond });
    before = now;
  }, progressEveryMs);
  return () => clearInterval(timer);
}

function unsendable(error: Error): HookError {
  return new HookError(`this request cannot be sent in load mode: ${error.message}`, {
    hint: 'kept connections leave Connection, Content-Length, Transfer-Encoding and the like to the client',
    cause: error,
  });
}
