import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pageFixtures } from '../../src/fixtures/list.ts';
import { ndjson, run } from '../helpers/fake-host.ts';

const folder = join(import.meta.dirname, '../../examples/receivers');
const secret = 'an example';

/** How each is started: as its first line says, but for the one that needs a platform around it. */
const receivers: Record<string, string[]> = {
  'express.mjs': [process.execPath, join(folder, 'express.mjs')],
  'fastify.mjs': [process.execPath, join(folder, 'fastify.mjs')],
  'hono.mjs': [process.execPath, join(folder, 'hono.mjs')],
  'node-http.mjs': [process.execPath, join(folder, 'node-http.mjs')],
  'serverless.mjs': [process.execPath, join(import.meta.dirname, 'serve-fetch.js')],
  'flask_app.py': [pythonWithFlask() ?? '', join(folder, 'flask_app.py')],
};

/** Debian's own python has python3-flask; another one in the PATH may not. */
function pythonWithFlask(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import flask']).status === 0);
}

/** Starts a receiver on a free port, and gives its URL. */
function start([command, ...args]: string[]): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const env = { PATH: process.env['PATH'], SUVVY_WEBHOOK_SECRET: secret, PORT: '0' };
  const child = spawn(command!, args, { cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk;
      const [, url] = /listening on (http:\S+)/.exec(said) ?? [];
      if (url) resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(said)));
  });
}

async function send(url: string, ...args: string[]): Promise<Record<string, any>[]> {
  const { out } = await run(['send', 'fixture', ...args, '--url', url, '--json']);
  return ndjson(out).slice(0, -1);
}

test('every receiver is tested', () => {
  const files = readdirSync(folder).filter((file) => /\.(mjs|py)$/.test(file));
  expect(files.toSorted()).toEqual(Object.keys(receivers).toSorted());
});

describe.each(Object.entries(receivers))('%s', (name, command) => {
  test('takes every fixture of the page and downloads their files, refuses strangers, and leaves the unknown alone', async (context) => {
    if (command[0] === '') context.skip('there is no python3 with flask');
    const url = await start(command);
    const sent = await send(url, '--secret', secret, '--expect-fetch=10s');
    expect(sent.map(({ fixture, passed, reason }) => ({ fixture, passed, reason }))).toEqual(
      pageFixtures.map((fixture) => ({ fixture, passed: true, reason: null })),
    );
    const hard = await send(
      url,
      'long_text',
      'unicode',
      'mixed',
      'unknown_event',
      'unknown_fields',
      '--secret',
      secret,
    );
    expect(hard.filter(({ delivered }) => !delivered)).toEqual([]);
    for (const wrong of [['--secret', 'an exampl'], [], ['--secret', 'wrong']])
      expect((await send(url, 'text', ...wrong, '--expect-status', '4xx'))[0]).toMatchObject({ passed: true });
  });

  test('passes every check, the strictest too', async (context) => {
    if (command[0] === '') context.skip('there is no python3 with flask');
    const url = await start(command);
    const flags = ['--secret', secret, '--profile', 'full', '--strict', '--expect-fetch=10s'];
    const { code, out } = await run(['check', url, ...flags]);
    expect({ code, failed: out.match(/^[✘!].*$/gm) }).toEqual({ code: 0, failed: null });
  });

  test('begins with two lines of comment, and is short', () => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    expect(lines.slice(0, 3).map((line) => /^(\/\/|#)/.test(line))).toEqual([true, true, false]);
    expect(lines.filter((line) => line !== '' && !/^(\/\/|#)/.test(line)).length).toBeLessThanOrEqual(60);
  });
});
