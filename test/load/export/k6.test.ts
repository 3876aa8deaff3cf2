import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../../helpers/fake-host.ts';

const where = ['--url', 'http://127.0.0.1:9/hook?a=1', '--file-base-url', 'https://files.example/x'];
const load = ['--rate', '500/s', '--duration', '10m', '--export', 'k6'];
const scriptOf = async (...flags: string[]): Promise<string> => {
  const { code, out, err } = await run(['send', 'fixture', ...flags, ...load, ...where]);
  expect(err).toBe('');
  expect(code).toBe(0);
  return out;
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** As much of k6 as the script uses: it answers each request with the next of `answers`, and tells what it was asked. */
const shim = {
  'execution.js': 'export default { scenario: { iterationInTest: 0 } };',
  'http.js': `export const sent = [];
    export default { post(url, body, params) {
      sent.push({ url, body, params });
      const { status, waiting } = JSON.parse(process.env.ANSWERS)[sent.length - 1];
      return { status, timings: { blocked: 9e9, connecting: 1, tls_handshaking: 0, sending: 0, waiting, receiving: 9e9 } };
    } };`,
  'metrics.js': `export const added = [];
    export class Rate { constructor(name) { this.name = name; } add(value) { added.push({ name: this.name, value }); } };`,
  'crypto.js': `import { randomBytes as bytes } from 'node:crypto';
    export const randomBytes = (size) => new Uint8Array(bytes(size)).buffer;`,
};

interface Ran {
  options: Record<string, any>;
  sent: { url: string; body: string; params: Record<string, any> }[];
  added: { name: string; value: boolean }[];
}

function runScript(script: string, answers: { status: number; waiting?: number }[], env = {}): Ran {
  const at = folder();
  const k6 = join(at, 'node_modules/k6');
  mkdirSync(k6, { recursive: true });
  writeFileSync(join(k6, 'package.json'), JSON.stringify({ type: 'module', exports: { './*': './*.js' } }));
  for (const [name, text] of Object.entries(shim)) writeFileSync(join(k6, name), text);
  writeFileSync(join(at, 'script.mjs'), script);
  writeFileSync(
    join(at, 'main.mjs'),
    `globalThis.__ENV = process.env;
    const { default: iterate, options } = await import('./script.mjs');
    const { sent } = await import('k6/http');
    const { added } = await import('k6/metrics');
    const { default: exec } = await import('k6/execution');
    for (const _ of JSON.parse(process.env.ANSWERS)) { iterate(); exec.scenario.iterationInTest += 1; }
    console.log(JSON.stringify({ options, sent, added }));`,
  );
  const full = answers.map((answer) => ({ waiting: 5, ...answer }));
  const out = execFileSync(process.execPath, [join(at, 'main.mjs')], {
    env: { ...process.env, ANSWERS: JSON.stringify(full), ...env },
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(out) as Ran;
}

const ok = { status: 200 };

describe('send --export k6', () => {
  test('the script sends the fixtures in turn, each request with a number and a uuid of its own', async () => {
    const set = ['--set', 'new_messages[0].text="a" {{n}} {{{{n}} {{uuid}}\u2028', '--chat-id', 'load-{{n%3}}'];
    const { sent } = runScript(await scriptOf('text', 'image', ...set), [ok, ok, ok, ok]);
    const events = sent.map(({ body }) => JSON.parse(body));
    expect(events.map((event) => event.chat_id)).toEqual(['load-1', 'load-2', 'load-0', 'load-1']);
    expect(events.map((event) => event.new_messages[0].type)).toEqual(['text', 'image', 'text', 'image']);
    for (const [index, event] of events.entries())
      expect(event.new_messages[0].text).toMatch(
        new RegExp(`^"a" ${index + 1} \\{\\{n\\}\\} [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\u2028$`),
      );
    expect(new Set(events.map((event) => event.new_messages[0].text.slice(-37))).size).toBe(4);
    expect(events[1].new_messages[0].file.url).toMatch(/^https:\/\/files\.example\/x\/.+\.png$/);
    expect(sent[0]).toMatchObject({
      url: 'http://127.0.0.1:9/hook?a=1',
      params: { headers: { 'Content-Type': 'application/json' }, redirects: 0, timeout: 20_000 },
    });
    expect(sent[0]!.params['headers']).not.toHaveProperty('Authorization');
  });

  test('the secret is in no file: each request carries that of the environment, and without one nothing begins', async () => {
    const script = await scriptOf('text', '--secret', 'a-very-secret-word');
    expect(script).not.toContain('a-very-secret-word');
    const { sent } = runScript(script, [ok], { SUVVY_WEBHOOK_SECRET: 'another-one' });
    expect(sent[0]!.params['headers'].Authorization).toBe('Bearer another-one');
    expect(() => runScript(script, [ok], { SUVVY_WEBHOOK_SECRET: '' })).toThrow('set SUVVY_WEBHOOK_SECRET');
  });

  test('an answer passes as in load mode: 2xx, begun within 20 s', async () => {
    const answers = [
      { status: 200 },
      { status: 299 },
      { status: 302 },
      { status: 500 },
      { status: 0 },
      { status: 200, waiting: 20_000 },
      { status: 200, waiting: 19_999 },
    ];
    const { added } = runScript(await scriptOf('text'), answers);
    expect(added.map(({ value }) => value)).toEqual([false, false, true, true, true, true, false]);
  });

  test('--expect-status, --max-time and --timeout decide instead', async () => {
    const script = await scriptOf('text', '--expect-status', '40x', '--max-time', '1s', '--timeout', '3s');
    const { added, sent } = runScript(script, [ok, { status: 401 }, { status: 410 }, { status: 401, waiting: 1000 }]);
    expect(added.map(({ value }) => value)).toEqual([true, false, true, true]);
    expect(sent[0]!.params['timeout']).toBe(3000);
  });

  test.each([
    [[], 'rate==0', { rate: 500, timeUnit: '1s', duration: '600000ms' }],
    [['--max-error-rate', '0.5%'], 'rate<=0.005', {}],
    [['--rate', '30/m', '--concurrency', '7'], 'rate==0', { rate: 1, timeUnit: '2000000us', maxVUs: 7 }],
  ])('%j has the threshold %s', async (flags, threshold, scenario) => {
    const { out } = await run(['send', 'text', ...load, ...where, ...flags]);
    const { options } = runScript(out, [ok]);
    expect(options['thresholds']).toEqual({ suvvy_failed: [threshold] });
    expect(options['scenarios'].suvvy).toMatchObject({ executor: 'constant-arrival-rate', ...scenario });
  });

  test('the script is right by the types of k6', async () => {
    const at = folder();
    symlinkSync(resolve('node_modules'), join(at, 'node_modules'), 'junction');
    const flags = ['--secret', 'a-very-secret-word', '--insecure', '--set', 'new_messages[0].text={{n}} {{uuid}}'];
    writeFileSync(join(at, 'script.js'), await scriptOf('text', 'image', ...flags));
    const compilerOptions = { allowJs: true, checkJs: true, noEmit: true, target: 'ES2023', module: 'ESNext' };
    const more = { moduleResolution: 'bundler', types: ['k6'], lib: ['ES2023'], preserveSymlinks: true };
    const config = {
      compilerOptions: { ...compilerOptions, ...more, strict: true, noImplicitAny: false },
      files: ['script.js'],
    };
    writeFileSync(join(at, 'tsconfig.json'), JSON.stringify(config));
    const check = () =>
      spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', at], { encoding: 'utf8' });
    expect(check().stdout).toBe('');
    // It does look: a name that k6 does not have is told.
    writeFileSync(join(at, 'script.js'), "import http from 'k6/http';\nhttp.send();\n");
    expect(check().stdout).toContain("'send'");
  });
});

describe('send --export refuses', () => {
  test.each([
    [['--rate', '5/s'], '--export needs --rate and --duration'],
    [['--duration', '5s'], '--export needs --rate and --duration'],
    [[...load, '--repeat', '2'], '--export does not go with --repeat'],
    [[...load, '--expect-fetch'], '--export does not go with --expect-fetch'],
    [[...load, '--asset-host', 'x'], '--export does not go with --asset-host'],
    [[...load, '--cacert', 'package.json'], '--cacert'],
    [[...load, '--dry-run'], '--export does not go with --dry-run'],
    [[...load, '--json'], '--export does not go with --json'],
    [[...load, '--header', 'Authorization: Bearer x'], 'writes no Authorization'],
    [
      [...load, '--secret', 'a-very-secret-word', '--header', 'X-Key: a-very-secret-word'],
      'would have the secret in it',
    ],
    [[...load, '--set', 'a={{m}}'], 'there is no {{m}}'],
  ])('%j with exit 2 and one line', async (flags, words) => {
    for (const engine of ['k6', 'artillery']) {
      const line = ['send', 'text', '--url', 'http://127.0.0.1:9/', '--export', engine, ...flags];
      const { code, out, err } = await run(line);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(err.split('\n')[0]).toContain(words);
    }
  });

  test('a secret that artillery would change, with exit 2', async () => {
    const flags = ['--url', 'http://127.0.0.1:9/', '--rate', '5/s', '--duration', '5s', '--secret', 'a-$&-secret'];
    const { code, err } = await run(['send', 'text', ...flags, '--export', 'artillery']);
    expect(code).toBe(2);
    expect(err).toContain('artillery cannot send a secret with a $ in it');
  });

  test('files without --file-base-url, with exit 2', async () => {
    const { code, err } = await run(['send', 'image', '--url', 'http://127.0.0.1:9/', ...load]);
    expect(code).toBe(2);
    expect(err).toContain('--export needs --file-base-url');
  });
});
