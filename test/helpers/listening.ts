import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, type FakeHost, type FakeHostOptions } from './fake-host.ts';

export interface Listening {
  host: FakeHost;
  url: string;
  port: number;
  /** Ends it as Ctrl-C does, and gives its exit code. */
  end(): Promise<number>;
  exited: Promise<number>;
}

/** `listen` on a free port, in this process; ended when the test ends. */
export async function listening(flags: string[] = [], options: FakeHostOptions = {}): Promise<Listening> {
  const host = fakeHost(options);
  const ready = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ready.json');
  const exited = main(['listen', '--port', '0', '--ready-file', ready, ...flags], host);
  onTestFinished(async () => {
    host.interrupt();
    await exited;
  });
  const { url, port } = await new Promise<{ url: string; port: number }>((resolve) => {
    const look = (): void => {
      if (existsSync(ready)) resolve(JSON.parse(readFileSync(ready, 'utf8')));
      else setImmediate(look);
    };
    look();
  });
  const end = (): Promise<number> => {
    host.interrupt();
    return exited;
  };
  return { host, url, port, end, exited };
}

export const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', Connection: 'close', ...headers },
  });
