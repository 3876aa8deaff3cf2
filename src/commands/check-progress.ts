import type { Host } from '../host.ts';
import type { GlobalOptions } from './context.ts';

/** Shows what a run is at, where somebody is looking. */
export interface CheckProgress {
  show(text: string): void;
  end(): void;
}

/** A spinner on a terminal, nothing anywhere else. */
export async function createProgress({ quiet, json }: GlobalOptions, { stderr, env }: Host): Promise<CheckProgress> {
  // ora loops for ever on a terminal of 0 columns, and writes escapes into pipes.
  if (!stderr.isTTY || !stderr.columns || env['CI'] || quiet || json) return { show: () => {}, end: () => {} };
  const { default: ora } = await import('ora');
  const stream = stderr as unknown as NodeJS.WriteStream;
  const spinner = ora({ stream, discardStdin: false, isEnabled: true, text: 'checking' }).start();
  return { show: (text) => (spinner.text = text), end: () => void spinner.stop() };
}
