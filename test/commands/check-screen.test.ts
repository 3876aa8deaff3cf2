import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, run } from '../helpers/fake-host.ts';
import { closedPort, target } from '../helpers/target.ts';

const secret = 'a-secret-of-the-test';
const firstLine = (out: string): string => out.split('\n')[2]!;

test.each<[number, string]>([
  [404, '✘ 404 Not Found from everything: is the path right?'],
  [401, '✘ 401 Unauthorized from everything: is the secret the same on both sides?'],
  [405, '✘ 405 Method Not Allowed from everything: does this path take POST?'],
  [308, '✘ 308 Permanent Redirect from everything: give Suvvy the URL that it leads to.'],
  [500, '✘ 500 Internal Server Error from everything.'],
])('a %i on everything is one screen of at most 14 lines', async (status, line) => {
  const { url } = await target(status);
  const { code, out } = await run(['check', url], { columns: 80 });
  expect(code).toBe(1);
  expect(firstLine(out)).toBe(line);
  expect(out.split('\n').length).toBeLessThanOrEqual(14);
  expect(out).toContain(
    `\n  repeat    npx suvvy-hook check ${url} --only ${status === 308 ? 'net/no-redirect' : 'deliver/text-ai'}\n`,
  );
});

/** A receiver that takes texts alone. It throws, answers nothing of it, and writes the stack to its log. */
const textsAlone = (port: number): string => `
  import { createServer } from 'node:http';
  const textOf = (message, header) => {
    if (typeof message.text !== 'string') throw new TypeError('no text in ' + message.type + ' of ' + header);
  };
  createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    try {
      for (const message of JSON.parse(body || '{"new_messages":[]}').new_messages) textOf(message, req.headers.authorization);
      res.end();
    } catch (error) {
      console.error(error);
      res.writeHead(500).end();
    }
  }).listen(${port}, '127.0.0.1');
`;

test('with --start the line of the server itself that matters stands in the case that failed, without the secret', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-screen-'));
  const port = await closedPort();
  writeFileSync(join(cwd, 'server.mjs'), textsAlone(port));
  const only = ['--only', 'deliver/text-ai,deliver/image,deliver/document,event/test-request'];
  const argv = ['check', `http://127.0.0.1:${port}/`, '--secret', secret, '--start', 'node server.mjs', ...only];
  const env = { PATH: process.env['PATH']! };
  const { code, out, err } = await run([...argv, '--report', 'json=report.json'], { cwd, env, columns: 500 });
  expect(code).toBe(1);
  expect(firstLine(out)).toMatch(/^✘ Texts pass; everything with a file fails, and so does test_request: TypeError: /);
  expect(out).toMatch(
    /^ {2}got .*; the server says: TypeError: no text in image of Bearer \*\*\*.* at server\.mjs:4:\d+$/m,
  );
  expect(out).toMatch(/^ {2}got .*; the server says: TypeError: .* is not iterable at server\.mjs:\d+:\d+$/m);
  expect(out).toMatch(
    /^ {2}fix .*Start at the line that the server names \(TypeError: no text in image .* at server\.mjs:4:\d+\)/m,
  );
  expect(out).not.toContain('own log');
  expect(err).not.toContain('server.mjs" said');
  expect(out + err).not.toContain(secret);
});

test('an open receiver is told of in the first line, although nothing fails', async () => {
  const { url } = await target();
  const { code, out } = await run(['check', url], { columns: 200 });
  expect(code).toBe(0);
  expect(firstLine(out)).toMatch(
    /^✔ Everything .* is accepted, and so is what anybody else sends: no secret is checked/,
  );
});

test('Ctrl-C ends with how far it came, and lists nothing that was not run', async () => {
  const { url } = await target((_, res, body) => {
    if (body.includes('check deliver/two-texts')) host.interrupt();
    else res.end();
  });
  const host = fakeHost();
  expect(await main(['check', url], host)).toBe(130);
  expect(host.out()).toMatch(/^✘ Interrupted: nothing failed in \d+ of \d+ cases\.$/m);
  expect(host.out()).toContain('✔ deliver/text-ai');
  expect(host.out()).not.toMatch(/deliver\/two-texts|perf\/parallel|^−/m);
});

test('--verbose lists every case, and what was recorded in full', async () => {
  const { url } = await target((_, res) => res.end(`said ${'much '.repeat(30)}`));
  const only = ['--only', 'robust/other-methods'];
  const { out } = await run(['check', url, ...only, '--verbose'], { columns: 80 });
  const recorded = out.slice(out.indexOf('· robust/other-methods'), out.indexOf('    request'));
  expect(out).toContain('✔ deliver/text-ai');
  for (const method of ['GET', 'PUT', 'DELETE']) expect(out.slice(out.indexOf('· robust'))).toContain(method);
  expect(recorded).not.toContain('…');
});
