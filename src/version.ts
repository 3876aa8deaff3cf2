import { readFileSync } from 'node:fs';
import { packageRoot } from './package-root.ts';

/** The version of this package, from its package.json. */
export function packageVersion(): string {
  return manifest().version;
}

/** The oldest Node that this package runs on: `20.18.1`. */
export function minimumNode(): string {
  return manifest().engines.node.replace(/^>=/, '');
}

function manifest(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'));
}
