import { relative } from 'node:path';
import type { Host } from '../host.ts';
import { safeLine } from '../text/safe.ts';
import { shellWord } from '../text/shell-quote.ts';

/**
 * Replaces our own commands in a text for a terminal by what the user would type there. Reports keep `npx suvvy-hook`.
 */
export function asTyped(text: string, host: Host): string {
  return text.replaceAll(
    /(npx |\$ |\| |\$?\()suvvy-hook (?=[a-z])/g,
    (_command, before: string) => `${before === 'npx ' ? '' : before}${programName(host)} `,
  );
}

/**
 * `npx suvvy-hook`, `suvvy-hook`, or `node bin/suvvy-hook.js`: npm and npx start a link, a checkout starts its file.
 */
export function programName({ scriptPath, env, cwd }: Pick<Host, 'scriptPath' | 'env' | 'cwd'>): string {
  if (!scriptPath.endsWith('.js'))
    return scriptPath.includes('node_modules') || scriptPath === '' ? 'npx suvvy-hook' : 'suvvy-hook';
  if (env['npm_command'] === 'exec') return 'npx suvvy-hook';
  const short = relative(cwd, scriptPath);
  return `node ${shellWord(safeLine(short.startsWith('..') ? scriptPath : short))}`;
}
