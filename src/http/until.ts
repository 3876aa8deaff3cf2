import { setTimeout as wait } from 'node:timers/promises';

/** Lets time pass, less if somebody interrupts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, signal ? { signal } : {}).catch(() => {});
}
