import { execFileSync } from 'node:child_process';

/** The `script` of util-linux, which gives a command a terminal. */
export function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

/**
 * What `script` is started with, so that a command runs on a terminal and its exit code comes back. The terminal has a
 * size: without one nothing is animated, and half of what a person sees is left out.
 */
export function onTerminal(command: readonly string[]): string[] {
  // Without `exec`, a shell in between would get Ctrl-C as well, and end with 130 whatever the command says.
  return ['script', '-qec', `stty cols 80 rows 24; exec ${command.map((word) => `'${word}'`).join(' ')}`, '/dev/null'];
}
