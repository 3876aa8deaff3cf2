import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { pageFixtures } from '../src/fixtures/list.ts';
import { ndjson } from './helpers/fake-host.ts';
import { bin, start } from './helpers/process.ts';
import { startRecorder } from './helpers/recorder.ts';
import { rawTarget, target } from './helpers/target.ts';

describe('a real process', () => {
  test("listen and send show each other's side of every fixture of the page", async () => {
    const listen = start(['listen', '--port', '0', '--secret', 's3cret']);
    const [, url] = await listen.until(/listening on (http:\S+)/);
    const send = start(['send', 'fixture', '--url', `${url}/`, '--secret', 's3cret']);
    expect(await send.exited).toEqual({ code: 0, signal: null });
    const all = pageFixtures.length;
    expect(send.out().match(/^✔ \w+ +200 OK/gm)?.length).toBe(all);
    listen.child.kill('SIGINT');
    expect(await listen.exited).toEqual({ code: 0, signal: null });
    expect(listen.out()).toContain(`${all} requests: ${all} acknowledged (new_messages ${all - 1}, test_request 1)`);
  });

  test('the body comes from stdin', async () => {
    const { url, seen } = await target();
    const send = start(['send', 'file', '-', '--url', url]);
    send.child.stdin.end('{"event_type":"test_request"}');
    expect((await send.exited).code).toBe(0);
    expect(seen[0]!.body).toBe('{"event_type":"test_request"}');
  });

  test('SIGINT on send is 130, SIGTERM 143', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { url } = await rawTarget(() => send.child.kill(signal));
      const send = start(['send', 'fixture', 'text', '--url', url]);
      expect((await send.exited).code).toBe(code);
      expect(send.err()).not.toMatch(/^ +at /m);
    }
  });

  test('SIGTERM is the normal end of listen, a second signal leaves at once', async () => {
    const listen = start(['listen', '--port', '0']);
    await listen.until(/listening on/);
    listen.child.kill('SIGTERM');
    expect((await listen.exited).code).toBe(0);

    const busy = start(['listen', '--port', '0']);
    const [, port] = await busy.until(/listening on http:\/\/[^:]+:(\d+)/);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n');
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
    });
    // Pending together, they may come in either order.
    busy.child.kill('SIGINT');
    busy.child.kill('SIGTERM');
    expect([0, 130, 143]).toContain((await busy.exited).code);
    socket.destroy();
  });

  test('a reader that goes away (| head -1) ends it quietly', async () => {
    const { url } = await target();
    const line = `"${process.execPath}" "${bin}" send fixture --repeat 50 --json --url ${url} | head -1`;
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile('sh', ['-c', line], (_, stdout, stderr) => resolve({ stdout, stderr }));
    });
    expect(ndjson(stdout)).toHaveLength(1);
    expect(stderr).toBe('');
  });

  /** What a shell says of a command whose reader leaves after its first line. */
  const readOneLine = (command: string, env: Record<string, string> = {}): Promise<{ out: string; err: string }> =>
    new Promise((resolve) => {
      const line = `{ "${process.execPath}" "${bin}" ${command}; echo "exit $?" >&2; } | head -n1`;
      execFile('sh', ['-c', line], { env: { ...process.env, ...env } }, (_, out, err) => resolve({ out, err }));
    });
  const unreadFile = (): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'bad.json');
    writeFileSync(file, '{"event_type":1}');
    return file;
  };

  test.each([
    ['send', (url: string) => `send fixture --repeat 50 --json --url ${url}`],
    ['check', (url: string) => `check --only 'deliver/*' --json --allow-remote --url ${url}`],
    ['validate', () => `validate ${`'${unreadFile()}' `.repeat(300)}`],
  ])('a reader that goes away changes no verdict of %s, and nothing is said of it', async (_, command) => {
    const { url } = await target((_request, res) => void res.writeHead(500).end());
    const { out, err } = await readOneLine(command(url));
    expect(out.split('\n')).toHaveLength(2);
    expect(err.replace(/^→ .*\n|^! .*\n/gm, '')).toBe('exit 1\n');
  });

  test('nor of replay', async () => {
    const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
    const { listen, url: recorder } = await startRecorder(journal);
    const headers = { 'Content-Type': 'application/json' };
    for (let times = 0; times < 30; times += 1)
      await fetch(recorder, { method: 'POST', headers, body: '{"event_type":"test_request"}' });
    listen.child.kill('SIGTERM');
    await listen.exited;
    const { url } = await target((_request, res) => void res.writeHead(500).end());
    const { out, err } = await readOneLine(`replay '${journal}' --json --url ${url}`);
    expect(out.split('\n')).toHaveLength(2);
    expect(err.replace(/^→ .*\n|^! .*\n/gm, '')).toBe('exit 1\n');
  });

  test('a reader that goes away ends listen, which was there to be read', { timeout: 20_000 }, async () => {
    const listen = start(['listen', '--port', '0']);
    const [, url] = await listen.until(/listening on (http:\S+)/);
    const headers = { 'Content-Type': 'application/json', Connection: 'close' };
    const post = (): Promise<unknown> =>
      fetch(url!, { method: 'POST', headers, body: '{"event_type":"test_request"}' }).catch(() => null);
    await post();
    await listen.until(/test_request/);
    listen.child.stdout.destroy();
    while ((await Promise.race([listen.exited, post()])) instanceof Response);
    expect(await listen.exited).toEqual({ code: 0, signal: null });
    expect(listen.err()).not.toMatch(/error|EPIPE/);
  });

  test('a full disk under stdout is one line, not a stack', async () => {
    const { stderr, code } = await new Promise<{ stderr: string; code: unknown }>((resolve) => {
      execFile('sh', ['-c', `"${process.execPath}" "${bin}" fixtures list > /dev/full`], (error, _, stderr) =>
        resolve({ stderr, code: error?.code }),
      );
    });
    expect(stderr).toBe('error: cannot write the output: no space left on the disk\n');
    expect(code).toBe(3);
  });

  test('colour: not in a pipe, not with NO_COLOR, but with FORCE_COLOR', async () => {
    const out = async (env: Record<string, string>, ...flags: string[]): Promise<string> => {
      const demo = start(['demo', ...flags], { env });
      await demo.exited;
      return demo.out();
    };
    const escape = '\u001b[';
    expect(await out({})).not.toContain(escape);
    expect(await out({ FORCE_COLOR: '1' })).toContain(escape);
    expect(await out({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(escape);
    expect(await out({ FORCE_COLOR: '1' }, '--no-color')).not.toContain(escape);
  });

  test('a current folder that is gone is no bug: what needs none works, what does says so', async () => {
    const inGone = (args: string): Promise<{ code: unknown; stderr: string }> =>
      new Promise((resolve) => {
        const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
        const line = `rmdir "${cwd}" && "${process.execPath}" "${bin}" ${args}`;
        execFile('sh', ['-c', line], { cwd }, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
      });
    expect((await inGone('fixtures list')).code).toBe(0);
    const { code, stderr } = await inGone('validate event.json');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: the current folder does not exist any more/);
  });

  test('colour adds nothing but colour', async () => {
    const { url } = await target((_, res) => res.writeHead(500).end('one\ntwo'));
    const out = async (env: Record<string, string>): Promise<string> => {
      const send = start(['send', 'fixture', 'text', '--url', url], { env: { ...env, COLUMNS: '300' } });
      await send.exited;
      return stripVTControlCharacters(send.out()).replaceAll(/\d+ ms +/g, 'N ms ');
    };
    expect(await out({ FORCE_COLOR: '1' })).toBe(await out({}));
  });

  test('a Node that is too old still runs what says so', async () => {
    const older = ['--import', 'data:text/javascript,delete process.getBuiltinModule'];
    const doctor = start(['doctor', '--json'], { node: older });
    expect(await doctor.exited).toEqual({ code: 0, signal: null });
    expect(doctor.err()).toBe('');
  });

  test('nothing needs a home', async () => {
    const demo = start(['demo'], { env: { HOME: '/nowhere' } });
    expect((await demo.exited).code).toBe(0);
  });
});

describe('what a command loads', () => {
  async function packages(...args: string[]): Promise<string[]> {
    return packagesOf((env, node) => start(args, { node, env }).exited);
  }

  /** Whose code a process loads that is run with this environment and these flags. */
  async function packagesOf(run: (env: Record<string, string>, node: string[]) => Promise<unknown>): Promise<string[]> {
    const log = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'log');
    await run({ LOAD_LOG: log }, ['--import', join(import.meta.dirname, 'helpers/load-log.js')]);
    return [...new Set(readFileSync(log, 'utf8').split('\n').filter(Boolean))].toSorted();
  }

  test('--help and --version: the parser alone', async () => {
    expect(await packages('--help')).toEqual(['commander']);
    expect(await packages('--version')).toEqual(['commander']);
  });

  test('send fixture text in a pipe: no zod, no undici, no chalk, no ora', async () => {
    const { url } = await target();
    expect(await packages('send', 'fixture', 'text', '--url', url)).toEqual([
      'commander',
      'fast-string-truncated-width',
      'fast-string-width',
    ]);
  });

  test('a load in a pipe: undici, but no zod, no chalk, no ora', async () => {
    const { url } = await target();
    expect(await packages('send', 'fixture', 'text', '--concurrency', '2', '--url', url)).toEqual([
      'commander',
      'fast-string-truncated-width',
      'fast-string-width',
      'undici',
    ]);
  });

  test('listen in a pipe: no undici, no chalk, no ora', async () => {
    expect(await packages('listen', '--port', '0', '--timeout', '10ms')).toEqual([
      'commander',
      'fast-string-truncated-width',
      'fast-string-width',
      'zod',
    ]);
  });

  test('listen --ui: no library more than listen alone, since the page is for the browser', async () => {
    expect(await packages('listen', '--port', '0', '--ui=0', '--timeout', '10ms')).toEqual([
      'commander',
      'fast-string-truncated-width',
      'fast-string-width',
      'zod',
    ]);
  });

  test('mock in a pipe: no parser of YAML, no undici, no chalk, no ora', async () => {
    expect(await packages('mock', '--url', 'http://127.0.0.1:9/', '--port', '0', '--timeout', '10ms')).toEqual([
      'commander',
      'fast-string-truncated-width',
      'fast-string-width',
      'zod',
    ]);
  });

  test('the library: no parser of commands, no undici', async () => {
    const library = join(import.meta.dirname, '../dist/index.js');
    const loaded = await packagesOf((env, node) => promisify(execFile)(process.execPath, [...node, library], { env }));
    expect(loaded).toEqual(['fast-string-truncated-width', 'fast-string-width', 'leven', 'zod']);
  });
});
