import type { Host } from '../../host.ts';
import type { LoadProgress } from '../../load/run.ts';
import { grouped } from '../../text/units.ts';
import type { GlobalOptions } from '../context.ts';
import { startSpinner } from '../spinner.ts';

/** Tells on a terminal how a load goes: null where there is none, or nobody wants it. */
export async function createLoadProgress(
  host: Host,
  options: GlobalOptions,
): Promise<{ update(progress: LoadProgress): void; end(): void } | null> {
  const spinner = await startSpinner(host, options, 'connecting');
  if (!spinner) return null;
  return {
    update: ({ sent, failed, perSecond }) => {
      const [all, rate, bad] = [sent, Math.round(perSecond), failed].map(grouped);
      spinner.say(`${all} sent · ${rate}/s · ${bad} failed`);
    },
    end: spinner.stop,
  };
}
