import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { futureType } from '../../src/checks/cases/event.ts';
import { main } from '../../src/cli.ts';
import { caseIn, receiver, secret, sound, type Handler } from '../checks/receivers.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { closedPort } from '../helpers/target.ts';

const workplace = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-check-'));

const refusing =
  (fits: string): Handler =>
  (request) =>
    request.text.includes(fits) ? void request.res.writeHead(500).end('no \u001b[31msuch\nthing') : sound(request);

describe('a run', () => {
  test('that passes is exit 0, and says so', async () => {
    const { url } = await receiver();
    const { code, out, err } = await run(['check', url, '--secret', secret]);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^with the secret sha256:[0-9a-f]{6}\n$/) });
    expect(out).toContain('✔ deliver/image');
    expect(out).toContain('R5');
    expect(out + err).not.toContain(secret);
  });

  test('that fails is exit 1, and says what helps', async () => {
    const { url } = await receiver(refusing('image/gif'));
    const { code, out } = await run(['check', url, '--secret', secret, '--only', 'deliver/image']);
    expect(code).toBe(1);
    expect(out).toContain('image/gif: 500');
    expect(out).toContain('curl -i --max-time 20 -X POST');
    expect(out).toContain('--only deliver/image');
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/\u001b/);
  });

  test('takes URL and secret from the environment', async () => {
    const { url } = await receiver();
    const env = { SUVVY_WEBHOOK_URL: url, SUVVY_WEBHOOK_SECRET: secret };
    expect((await run(['check', '--profile', 'smoke'], { env })).code).toBe(0);
    expect((await run(['check', '--profile', 'smoke', '--url', url], { env })).code).toBe(0);
  });

  test('--json: a line a case, then the summary, and nothing else', async () => {
    const { url } = await receiver(refusing('"employee"'));
    const { code, out, err } = await run(['check', url, '--secret', secret, '--json', '--profile', 'smoke']);
    const lines = ndjson(out);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(lines.slice(0, -1).map(({ type, id }) => `${type} ${id}`)).toContain('case deliver/batch-mixed');
    expect(lines.at(-1)).toMatchObject({ type: 'summary', summary: { fail: 1, exitCode: 1 } });
  });

  test('--strict, --lenient, --bail and the budget', async () => {
    const { url } = await receiver(refusing(`"${futureType}"`));
    const check = async (...flags: string[]) => (await run(['check', url, '--secret', secret, ...flags])).code;
    const only = ['--only', 'event/unknown-message-kind'];
    expect(await check(...only)).toBe(0);
    expect(await check(...only, '--strict')).toBe(1);
    expect(await check('--only', 'perf/budget', '--max-p95', '1s', '--max-latency', '2s')).toBe(0);
    expect(await check(...only, '--strict', '--lenient')).toBe(2);
    const lenient = await receiver(refusing('dialogue_closed'));
    expect((await run(['check', lenient.url, '--secret', secret])).code).toBe(1);
    expect((await run(['check', lenient.url, '--secret', secret, '--lenient'])).code).toBe(0);
    expect((await run(['check', lenient.url, '--secret', secret, '--bail'])).out).toContain('--bail: event/unknown');
  });

  test('--chat-id and --no-chat-id', async () => {
    const { url, requests } = await receiver();
    await run(['check', url, '--secret', secret, '--only', 'deliver/text-ai', '--chat-id', '42']);
    await run(['check', url, '--secret', secret, '--only', 'deliver/text-ai', '--no-chat-id']);
    expect(requests.map(({ event }) => event.chat_id)).toEqual(['42', undefined]);
  });

  test('--file-base-url', async () => {
    const { url, requests } = await receiver();
    const flags = ['--only', 'deliver/document', '--file-base-url', 'https://files.example/check'];
    await run(['check', url, '--secret', secret, ...flags]);
    expect(requests[1]!.event.new_messages[0].file.url).toBe('https://files.example/check/price-list.pdf');
  });

  test('--asset-host that is not of this machine: cases that need files cannot be carried out, exit 3', async () => {
    const { url } = await receiver();
    const flags = ['--only', 'deliver/image,deliver/text-long', '--asset-host', '192.0.2.1'];
    const { code, out } = await run(['check', url, '--secret', secret, ...flags]);
    expect(code).toBe(3);
    expect(out).toContain('files cannot be served on 192.0.2.1');
    expect(out).toContain('✘ What could be judged passes (texts); 1 case could not be carried out: ');
    expect(out).toContain(' · 2 passed · 1 not carried out');
  });

  test('--expect-callback', async () => {
    const { url } = await receiver();
    const check = (...flags: string[]) => run(['check', url, '--secret', secret, ...flags]);
    const seen: string[] = [];
    const host = fakeHost();
    const passing = await receiver((request) => {
      const [, collector] = /awaited at (\S+)/.exec(host.err()) ?? [];
      seen.push(collector!);
      void fetch(`${collector}/sendMessage?text=${encodeURIComponent(request.event?.new_messages?.[0]?.text ?? '')}`);
      sound(request);
    });
    const argv = ['check', passing.url, '--secret', secret, '--only', 'effect/callback', '--expect-callback'];
    expect(await main(argv, host)).toBe(0);
    expect(seen[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await check('--expect-callback=http://localhost:1/webhook')).code).toBe(2);
    expect((await check('--only', 'effect/callback')).err).toContain('--expect-callback');
  });
});

describe('a target that is not there', () => {
  test('is exit 3 and one line', async () => {
    const { code, out, err } = await run(['check', `http://127.0.0.1:${await closedPort()}/`]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/^error: nothing listens on .*is the receiver up/);
  });

  test('and a report all the same', async () => {
    const cwd = workplace();
    const url = `http://127.0.0.1:${await closedPort()}/`;
    expect((await run(['check', url, '--report', 'json=out/report.json', '--wait', '10ms'], { cwd })).code).toBe(3);
    const report = JSON.parse(readFileSync(join(cwd, 'out/report.json'), 'utf8'));
    expect(report).toMatchObject({
      summary: { exitCode: 3 },
      run: { aborted: expect.stringContaining('within 0.01 s') },
    });
  });

  test('in public needs --allow-remote', async () => {
    const { code, err } = await run(['check', 'https://bot.example.com/webhook']);
    expect(code).toBe(2);
    expect(err).toContain('--allow-remote');
  });
});

describe('reports', () => {
  test('several at once; the one on stdout moves the rest to stderr', async () => {
    const cwd = workplace();
    const { url } = await receiver();
    const flags = [
      '--report',
      'json=-',
      '--report',
      'junit=a/junit.xml',
      '--report',
      'markdown=report.md',
      '--report',
      'html=r.html',
    ];
    const { code, out, err } = await run(['check', url, '--secret', secret, '--profile', 'smoke', ...flags], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, run: { profile: 'smoke' } });
    expect(err).toContain('✔ deliver/text-ai');
    expect(readFileSync(join(cwd, 'a/junit.xml'), 'utf8')).toContain('<testsuite');
    expect(existsSync(join(cwd, 'report.md')) && existsSync(join(cwd, 'r.html'))).toBe(true);
    const quiet = await run(['check', url, '--secret', secret, '--profile', 'smoke', '--report', 'json', '-q'], {
      cwd,
    });
    expect(quiet.err).toBe('');
  });

  test('github: annotations, the step summary and the outputs', async () => {
    const cwd = workplace();
    const { url } = await receiver(refusing('"employee"'));
    const env = { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md'), GITHUB_OUTPUT: join(cwd, 'output') };
    const flags = ['--profile', 'smoke', '--report', 'github', '--report', 'json=report.json'];
    const { code, out } = await run(['check', url, '--secret', secret, ...flags], { cwd, env });
    expect(code).toBe(1);
    expect(out).toMatch(/^::error /);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('deliver/batch-mixed');
    expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toContain('exit-code=1');
    expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toContain(join(cwd, 'report.json'));
  });

  test('Ctrl-C: exit 130, and the report says so', async () => {
    const cwd = workplace();
    const host = fakeHost({ cwd });
    const { url } = await receiver((request) => {
      if (caseIn(request) === 'deliver/text-format') host.interrupt();
      else sound(request);
    });
    expect(await main(['check', url, '--secret', secret, '--report', 'json=report.json'], host)).toBe(130);
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ run: { aborted: 'interrupted' }, summary: { exitCode: 130 } });
    expect(report.cases.length).toBeGreaterThan(30);
  });

  test('what cannot be written is exit 3, after all else', async () => {
    const cwd = workplace();
    writeFileSync(join(cwd, 'file'), '');
    const { url } = await receiver();
    const flags = ['--profile', 'smoke', '--report', 'json=file/report.json', '--report', 'junit=junit.xml'];
    const { code, out, err } = await run(['check', url, '--secret', secret, ...flags], { cwd });
    expect(code).toBe(3);
    expect(err).toContain('cannot write');
    expect(out).toContain('✔ deliver/text-ai');
    expect(existsSync(join(cwd, 'junit.xml'))).toBe(true);
  });
});

describe('what cannot be meant is exit 2', () => {
  const url = 'http://127.0.0.1:1/';
  test.for<[string[], string]>([
    [['check'], 'there is no URL'],
    [['check', '127.0.0.1:3000/x'], 'did you mean http://127.0.0.1:3000/x'],
    [['check', url, '--only', 'deliver/imag'], 'did you mean "deliver/image"?'],
    [['check', url, '--only', 'auth/wrong'], 'no secret was given'],
    [['check', url, '--report', 'junti=x'], 'did you mean "junit"?'],
    [['check', url, '--report', 'json', '--report', 'junit'], 'only one report'],
    [['check', url, '--report', 'json', '--json'], 'only one report'],
    [['check', url, '--report', 'json=a', '--report', 'junit=./a'], 'two reports cannot go to'],
    [['check', url, '--start', ' '], 'It is empty'],
    [['check', url, '--profile', 'big'], 'smoke, default, full'],
    [['check', url, '--expect-fetch', '--file-base-url', 'https://x/'], 'leave one of them out'],
    [['check', '--explain', 'event/unknow'], 'did you mean "event/unknown"?'],
    [['check', url, '--wait', '5'], 'Did you mean 5s?'],
  ])('%j', async ([argv, message]) => {
    const { code, err } = await run(argv, { cwd: workplace() });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});

describe('nothing is sent by', () => {
  test('--list', async () => {
    const { code, out } = await run(['check', '--list']);
    expect(code).toBe(0);
    expect(out).toMatch(/^deliver\/text-ai +MUST +smoke +one text from the bot$/m);
    expect((await run(['check', '--list', '--only', 'auth/*'])).out.match(/^auth\//gm)).toHaveLength(9);
    expect(ndjson((await run(['check', '--list', '--json'])).out)).toContainEqual(
      expect.objectContaining({ type: 'case', id: 'perf/budget', profile: 'full', level: 'MAY' }),
    );
  });

  test('--explain', async () => {
    const { out } = await run(['check', '--explain', 'event/unknown']);
    expect(out).toContain('\n  R11       “We recommend checking this parameter');
    expect(out).toContain('\n  fix       4xx, 5xx: Answer 2xx and ignore ');
  });

  test('--dry-run', async () => {
    const { url, requests } = await receiver();
    const { code, out } = await run(['check', url, '--secret', secret, '--profile', 'full', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('# auth/near-miss: one character less\ncurl ');
    expect(out).not.toContain(secret);
    const lines = ndjson((await run(['check', url, '--secret', secret, '--dry-run', '--json'])).out);
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'request', case: 'event/test-request', method: 'POST' }),
    );
    expect(requests).toHaveLength(0);
  });
});

test('its curl lines run in a shell, and send the same', async () => {
  const { url, requests } = await receiver();
  const only = 'auth/*,deliver/text-format,deliver/text-json-escapes,robust/hostile-strings,robust/other-*,event/*';
  const { out } = await run(['check', url, '--secret', secret, '--dry-run', '--json', '--only', only]);
  const planned = ndjson(out);
  const script = planned.map(({ curl }) => `${curl} -s -o /dev/null || exit 1`).join('\n');
  await promisify(execFile)('sh', ['-c', script], { env: { ...process.env, SUVVY_WEBHOOK_SECRET: secret } });
  const byCurl = requests.splice(0);
  const check = await run([
    'check',
    url,
    '--secret',
    secret,
    '--only',
    only,
    '--skip',
    'robust/recovery,auth/secret-not-echoed',
    '--json',
  ]);
  expect(check.code).toBe(0);
  const signature = ({ req, text }: (typeof requests)[number]): string =>
    [req.method, req.headers.authorization, req.headers['content-type'], text.replaceAll(/http[^"]*/g, '')].join(' ');
  const own = new Set(requests.map(signature));
  // Random secrets differ from run to run.
  const fixed = byCurl.filter(
    ({ req }) => req.headers.authorization?.toLowerCase().includes(secret.slice(1, -1).toLowerCase()) ?? true,
  );
  expect(fixed.length).toBeGreaterThan(20);
  expect(fixed.map(signature).filter((one) => !own.has(one))).toEqual([]);
});

describe('config', () => {
  test('levels, accepted statuses, waivers, reports; flags win', async () => {
    const cwd = workplace();
    const { url } = await receiver(refusing('dialogue_closed'));
    const write = (config: object): void => writeFileSync(join(cwd, 'suvvy-hook.config.json'), JSON.stringify(config));
    const check = (...flags: string[]) => run(['check', '--secret', secret, ...flags], { cwd });

    write({ url, profile: 'smoke', report: ['junit=junit.xml'] });
    expect(await check()).toMatchObject({ code: 1, err: expect.stringContaining('suvvy-hook.config.json') });
    expect(existsSync(join(cwd, 'junit.xml'))).toBe(true);
    write({ url, profile: 'smoke', accept: { 'event/unknown': ['5xx'] } });
    expect((await check()).code).toBe(0);
    write({ url, profile: 'smoke', levels: { 'event/unknown': 'MAY' } });
    expect((await check()).code).toBe(0);
    expect((await check('--strict')).code).toBe(1);
    write({ url, profile: 'smoke', waivers: [{ case: 'event/unknown', reason: 'next release' }] });
    expect(await check()).toMatchObject({ code: 0, out: expect.stringContaining('next release') });
    write({ url, profile: 'smoke', waivers: [{ case: 'event/test-request', reason: 'next release' }] });
    expect((await check('--skip', 'event/unknown')).code).toBe(1);
    write({ url: 'http://127.0.0.1:1/', only: ['event/unknown'] });
    expect((await check(url, '--profile', 'smoke', '--skip', 'event/unknown')).code).toBe(0);
    write({ url, waivers: [{ case: 'event/unknwon', reason: 'a typing error' }] });
    expect(await check()).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "event/unknown"?') });
  });
});

describe('a file of GitHub that cannot be written', () => {
  test.skipIf(!existsSync('/dev/full')).each(['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'])(
    '%s is exit 3 with one line, after all else was written',
    async (variable) => {
      const { url } = await receiver();
      const cwd = workplace();
      const flags = ['--secret', secret, '--only', 'deliver/text-ai', '--report', 'github=annotations'];
      const { code, out, err } = await run(['check', url, ...flags], { cwd, env: { [variable]: '/dev/full' } });
      expect(code).toBe(3);
      expect(err).toContain(`error: cannot write /dev/full, which ${variable} names: no space left on the disk\n`);
      expect(out).toContain('deliver/text-ai');
      expect(existsSync(join(cwd, 'annotations'))).toBe(true);
    },
  );
});

describe('--start', () => {
  const server = (port: number, status: number): string => `
    import { createServer } from 'node:http';
    createServer((req, res) => { console.log('got', req.method); res.writeHead(${status}).end(); req.resume(); }).listen(${port}, '127.0.0.1');
  `;
  const project = (port: number, status: number): string => {
    const cwd = workplace();
    writeFileSync(join(cwd, 'server.mjs'), server(port, status));
    writeFileSync(join(cwd, 'package.json'), '{"private":true,"scripts":{"start":"node server.mjs"}}');
    return cwd;
  };
  const environment = { PATH: process.env['PATH']!, HOME: process.env['HOME'] ?? '/' };
  const isFree = (port: number): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => false,
      () => true,
    );

  test('runs npm start, checks, and ends all of it', async () => {
    const port = await closedPort();
    const argv = ['check', `http://127.0.0.1:${port}/`, '--start', 'npm start', '--profile', 'smoke'];
    const { code, err } = await run(argv, { cwd: project(port, 200), env: environment });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(await isFree(port)).toBe(true);
  });

  test('shows what it said only on failure', async () => {
    const port = await closedPort();
    const argv = ['check', `http://127.0.0.1:${port}/`, '--start', 'node server.mjs', '--profile', 'smoke'];
    const { code, err } = await run(argv, { cwd: project(port, 500), env: environment });
    expect(code).toBe(1);
    expect(err).toContain('what "node server.mjs" said:\n  │ got HEAD\n  │ got POST');
    expect(await isFree(port)).toBe(true);
  });

  test('a command that fails is exit 3 at once, with what it said', async () => {
    const argv = ['check', `http://127.0.0.1:${await closedPort()}/`, '--start', 'echo no such thing >&2; exit 7'];
    const { code, err } = await run(argv, { env: environment });
    expect(code).toBe(3);
    expect(err).toContain('│ no such thing');
    expect(err).toContain('did not start: it ended with code 7');
  });

  test('of much that it said, the end is shown: there it says what went wrong', async () => {
    const argv = ['check', `http://127.0.0.1:${await closedPort()}/`, '--start', 'seq 1 1000; exit 7'];
    const { err } = await run(argv, { env: environment });
    expect(err).toContain('said last:\n  │ 981\n');
    expect(err).toContain('  │ 1000\nerror:');
  });

  test('something that is there already is exit 3', async () => {
    const { url } = await receiver();
    const { code, err } = await run(['check', url, '--start', 'npm start'], { env: environment });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('answers at') });
  });

  test.skipIf(process.platform !== 'linux')(
    'what it left behind in a session of its own is named with its pid, and changes no exit code',
    async () => {
      const port = await closedPort();
      const argv = [
        'check',
        `http://127.0.0.1:${port}/`,
        '--start',
        'setsid node server.mjs >/dev/null 2>&1',
        '--profile',
        'smoke',
      ];
      const { code, err } = await run(argv, { cwd: project(port, 200), env: environment });
      const [, pid] = /^! something still answers at 127\.0\.0\.1:\d+ \(pid (\d+)\): it left /m.exec(err) ?? [];
      expect(pid).toBeDefined();
      process.kill(Number(pid), 'SIGKILL');
      expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(`at 127.0.0.1:${port} (pid ${pid})`) });
    },
  );

  test('Ctrl-C ends it too', async () => {
    const port = await closedPort();
    const host = fakeHost({ cwd: project(port, 200), env: environment });
    const argv = [
      'check',
      `http://127.0.0.1:${port}/`,
      '--start',
      'node server.mjs; true',
      '--profile',
      'full',
      '--warmup',
      '100000',
    ];
    const ended = main(argv, host);
    while (await isFree(port));
    host.interrupt();
    expect(await ended).toBe(130);
    expect(await isFree(port)).toBe(true);
  });
});
