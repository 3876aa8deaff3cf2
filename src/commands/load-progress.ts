import type { LoadProgress } from '../delivery/load.ts';
import type { Host } from '../host.ts';
import type { GlobalOptions } from './context.ts';

/** Tells on a terminal how a load goes: null where there is none, or nobody wants it. */
export async function createLoadProgress(
  { stderr, env }: Host,
  { quiet, json }: GlobalOptions,
): Promise<{ update(progress: LoadProgress): void; end(): void } | null> {
  // On a terminal of no columns ora would never come back.
  const watched = stderr.isTTY && (stderr.columns ?? 0) > 0 && !env['CI'];
  if (!watched || quiet || json) return null;
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'connecting',
    stream: stderr as NodeJS.WriteStream,
    // Ctrl-C has to stay a signal, and a cursor that was never hidden needs no restoring.
    discardStdin: false,
    hideCursor: false,
  }).start();
  return {
    update: ({ sent, failed, perSecond }) => {
      const [all, rate, bad] = [sent, Math.round(perSecond), failed].map((value) => value.toLocaleString('en-US'));
      spinner.text = `${all} sent · ${rate}/s · ${bad} failed`;
    },
    end: () => void spinner.stop(),
  };
}
