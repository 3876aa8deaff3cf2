import type { Host } from '../host.ts';
import { safe } from '../text/safe.ts';

/** Tells of a bug of ours once: where one event shows it, the next does too. */
export function createBugReport(host: Host) {
  let told = false;
  return {
    tell(error: unknown): void {
      if (told) return;
      told = true;
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      host.stderr.write(
        `${safe(detail)}\nerror: an event could not be shown: this is a bug in suvvy-hook. Events are still answered and counted\n`,
      );
    },
    told: (): boolean => told,
  };
}
