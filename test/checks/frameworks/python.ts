import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Running } from './running.ts';

/** Debian's own, which sees Debian's packages. */
const python = '/usr/bin/python3';

/** What a Python expression prints; null where there is no Python, or not what it needs. */
export function askPython(code: string): string | null {
  const { status, stdout } = spawnSync(python, ['-W', 'ignore', '-c', code], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Runs a receiver of this folder, which says where it listens. */
export function pythonReceiver(file: string, secret: string): Promise<Running> {
  const child = spawn(python, [join(import.meta.dirname, file)], { env: { SUVVY_WEBHOOK_SECRET: secret } });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const close = (): Promise<void> => {
    child.kill('SIGKILL');
    return ended;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    const see = (chunk: Buffer): void => {
      said += chunk;
      const [, origin] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (origin) resolve({ url: `${origin}/webhook`, close });
    };
    child.stdout.on('data', see);
    child.stderr.on('data', see);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`${file} ended: ${said}`)));
  });
}
