import { readFile } from 'node:fs/promises';
import { packageRoot } from '../version.ts';

export interface StaticFile {
  type: string;
  bytes: Buffer;
}

const files: Readonly<Record<string, { name: string; type: string }>> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/app.js': { name: 'app.js', type: 'text/javascript; charset=utf-8' },
  '/ru.js': { name: 'ru.js', type: 'text/javascript; charset=utf-8' },
  '/app.css': { name: 'app.css', type: 'text/css; charset=utf-8' },
};

/** The files of the page, read when a browser asks. No path of a request gets to the disk: there are four names. */
export async function readStatic(target: string): Promise<StaticFile | null> {
  const file = Object.hasOwn(files, target) ? files[target] : undefined;
  return file ? { type: file.type, bytes: await readFile(new URL(`dist/ui/${file.name}`, packageRoot)) } : null;
}
