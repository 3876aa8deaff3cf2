import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bring } from '../helpers/brought.ts';
import { ndjson } from '../helpers/fake-host.ts';
import { packAndInstall, type Installed } from '../helpers/package.ts';
import { start, type Running } from '../helpers/process.ts';
import { closedPort, target } from '../helpers/target.ts';

/** What runs the package instead of Node: what to bring, and how it is told to run a file. */
const runtimes = {
  Bun: { spec: '@oven/bun-linux-x64@1.4.5', path: '@oven/bun-linux-x64/bin/bun', words: [] },
  Deno: { spec: '@deno/linux-x64-glibc@2.9.6', path: '@deno/linux-x64-glibc/deno', words: ['run', '--allow-all'] },
};

let installed: Installed;
beforeAll(() => void (installed = packAndInstall()), 60_000);

describe.each(Object.entries(runtimes))('%s runs the packed tarball', (name, { spec, path, words }) => {
  const runtime = bring(name.toLowerCase(), spec, path);
  const env = (): Record<string, string> => ({ HOME: installed.folder, DENO_NO_UPDATE_CHECK: '1' });
  const begin = (...args: string[]): Running => {
    const program = ['path' in runtime ? runtime.path : '', ...words, 'node_modules/suvvy-hook/bin/suvvy-hook.js'];
    return start(args, { program, cwd: installed.folder, env: env() });
  };
  const run = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const running = begin(...args);
    running.child.stdin.end();
    const { code } = await running.exited;
    return { code, out: running.out(), err: running.err() };
  };
  const journal = `${name}.ndjson`;
  const listen = async (...args: string[]): Promise<{ url: string; listening: Running }> => {
    const listening = begin('listen', '--port', '0', ...args);
    const [, url = ''] = await listening.until(/listening on (http:\S+)/);
    return { url, listening };
  };

  test('it is that runtime', async ({ skip }) => {
    if ('missing' in runtime) return skip(`no ${name}: ${runtime.missing}`);
    const { stdout } = await installed.run(runtime.path, ['--version'], env());
    expect(stdout).toContain(/@([\d.]+)$/.exec(spec)![1]);
  });

  test('the commands, without a warning', async ({ skip }) => {
    if ('missing' in runtime) skip(`no ${name}`);
    const valid = ['validate', 'node_modules/suvvy-hook/fixtures/text.json'];
    for (const args of [['--version'], ['--help'], ['schema'], ['fixtures', 'list'], ['check', '--list'], valid])
      expect([args, await run(...args)]).toEqual([args, { code: 0, out: expect.stringMatching(/./), err: '' }]);
    const { code, out, err } = await run('demo', '--json', '--quiet');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(ndjson(out).filter(({ delivered }) => delivered)).toHaveLength(5);
  });

  test('a receiver that records, what is sent to it, and what is checked and replayed', async ({ skip }) => {
    if ('missing' in runtime) skip(`no ${name}`);
    const secret = ['--secret', 'a-long-secret'];
    const { url, listening } = await listen('--record', journal, ...secret);
    expect(await run('send', 'fixture', 'text', 'image', '--url', url, ...secret)).toMatchObject({ code: 0 });
    expect(await run('send', 'fixture', 'text', '--url', url, '--secret', 'another-secret')).toMatchObject({ code: 1 });
    expect(await run('check', url, '--profile', 'full', ...secret)).toMatchObject({ code: 0 });
    const load = ['--concurrency', '4', '--repeat', '100', '--json'];
    const { code, out } = await run('send', 'fixture', 'text', '--url', url, ...secret, ...load);
    expect([code, ndjson(out).at(-1)]).toEqual([0, expect.objectContaining({ delivered: 100 })]);
    listening.child.kill('SIGINT');
    expect(await listening.exited).toEqual({ code: 0, signal: null });

    const again = await listen('--respond', '503,200');
    const replayed = await run('replay', journal, '--only', 'test_request', '--url', again.url, '--json');
    expect([replayed.code, ndjson(replayed.out).at(-1)]).toEqual([1, expect.objectContaining({ undelivered: 1 })]);
    again.listening.child.kill('SIGTERM');
    expect(await again.listening.exited).toEqual({ code: 0, signal: null });
  });

  test('what was acknowledged is in the journal after kill -9', async ({ skip }) => {
    if ('missing' in runtime) skip(`no ${name}`);
    const { url, listening } = await listen('--record', `killed-${journal}`);
    expect(await run('send', 'fixture', 'text', '--url', url)).toMatchObject({ code: 0 });
    listening.child.kill('SIGKILL');
    await listening.exited;
    expect(ndjson(readFileSync(join(installed.folder, `killed-${journal}`), 'utf8'))).toHaveLength(1);
  });

  test('exit codes of what cannot be done, and of Ctrl-C', async ({ skip }) => {
    if ('missing' in runtime) skip(`no ${name}`);
    let arrived = (): void => {};
    const { url } = await target(() => arrived());
    expect(await run('lisen')).toMatchObject({ code: 2 });
    const timedOut = await run('send', 'fixture', 'text', '--url', url, '--timeout', '200ms');
    expect([timedOut.code, timedOut.out]).toEqual([1, expect.stringContaining('no answer within 0.2 s')]);
    const came = new Promise<void>((resolve) => (arrived = resolve));
    const send = begin('send', 'fixture', 'text', '--url', url);
    await came;
    send.child.kill('SIGINT');
    expect((await send.exited).code).toBe(130);
    const nobody = `http://127.0.0.1:${await closedPort()}/`;
    expect(await run('send', 'fixture', 'text', '--url', nobody)).toMatchObject({ code: 3 });
  });
});
