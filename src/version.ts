import { URL } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

/** The version of this package, from its package.json. */
export function packageVersion(): string {
  return manifest.version;
}

/** The oldest Node that this package runs on: `20.18.1`. */
export function minimumNode(): string {
  return manifest.engines.node.replace(/^>=/, '');
}

/**
 * The folder of this package. It is the parent of `src` and also of `dist`, because all files of `dist` lie side by
 * side.
 */
export const packageRoot = new URL('../', import.meta.url);
