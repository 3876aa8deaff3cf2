import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsIn } from './helpers/ci-commands.ts';
import { post } from './helpers/listening.ts';
import { start } from './helpers/process.ts';
import { rawTarget, target } from './helpers/target.ts';

const dir = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const anywhere = '##[add-path]a ##vso[task.setvariable variable=a]b ##teamcity[message text=c]';
const lines = `::add-path::/tmp\n \t::set-output name=a::b\n\u00a0::error::c\n${anywhere}`;
// Wherever a line of ours is wrapped, one of these has its command there.
const wrapped = Array.from({ length: 100 }, (_, length) => `${'w'.repeat(length)} ::error::owned`);

const message = (text: string): object => ({ type: 'text', message_sender: 'ai', text });
const file = { [lines]: 1, name: lines, url: `http://a/ ${lines}`, size_bytes: 1, mime_type: lines };
const events: string[] = [
  { event_type: 'new_messages', chat_id: lines, [lines]: { [lines]: lines }, new_messages: [message(lines)] },
  { event_type: 'new_messages', chat_id: anywhere, new_messages: wrapped.map(message) },
  { event_type: 'new_messages', new_messages: [{ type: lines, message_sender: lines, [lines]: lines }] },
  { event_type: 'new_messages', new_messages: [{ type: 'image', message_sender: 'ai', file }] },
  { event_type: lines, chat_id: wrapped },
  ...wrapped.map((text) => ({ event_type: text, chat_id: text })),
].map((event) => JSON.stringify(event));

describe('a CI runner obeys nothing that came from outside, with the real program in a pipe', () => {
  test.each([[[]], [['--verbose']], [['--json']]])('of what listen %j prints', async (flags) => {
    const listen = start(['listen', '--port', '0', '--record', join(dir, 'events'), ...flags]);
    const [, url = ''] = await listen.until(/(http:\/\/127\.0\.0\.1:\d+)/);
    const path = `${url}/?::error::a;%0A::error::b;##[error]c`;
    for (const event of [...events, lines, `{"a":${anywhere}`]) await post(path, event, { 'X-Echo': anywhere });
    await post(path, '{}', { Authorization: 'Bearer ::error::a', 'Content-Type': anywhere });
    listen.child.kill('SIGINT');
    await listen.exited;
    expect(listen.out()).toContain('error');
    expect(commandsIn(listen.out() + listen.err())).toEqual([]);
  });

  test.each([[[]], [['--verbose']], [['--json']], [['--dry-run']], [['--dry-run', '--json']]])(
    'of what send %j prints',
    async (flags) => {
      for (const [index, text] of ['::error::a', ...wrapped.filter((_, length) => length % 10 === 0)].entries()) {
        const status = ['503 ::error::a', `302 ${anywhere}`, `200 ${anywhere}`][index % 3];
        const headers = `Retry-After: ${text}\r\nLocation: ${text}\r\nX-::error::a: ${anywhere}`;
        const { url } = await rawTarget((socket) =>
          socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${text}\n${lines}`),
        );
        const payload = join(dir, `::error:: ${anywhere.replaceAll('/', '')}.json`);
        writeFileSync(payload, events[index]!);
        const send = start(['send', 'file', payload, '--url', `${url}?::error::${anywhere}`, ...flags]);
        await send.exited;
        expect(send.out() + send.err()).toContain('error');
        expect(commandsIn(send.out() + send.err())).toEqual([]);
      }
    },
  );

  test.each([[[]], [['--json']]])('of what validate %j prints', async (flags) => {
    const files = [...events, lines, `{"a":${anywhere}`].map((content, index) => {
      const path = join(dir, `${index}\n::error::a${index % 2 ? '##[error]' : ''}.json`);
      writeFileSync(path, content);
      return path;
    });
    const names = files.map((path) => path.slice(dir.length + 1));
    const validate = start(['validate', ...names, '::error::missing.json', ...flags], { cwd: dir });
    await validate.exited;
    const broken = start(['validate', ...names.slice(0, 5), ...flags], { cwd: dir });
    await broken.exited;
    expect(validate.out() + validate.err() + broken.out() + broken.err()).toContain('error');
    expect(commandsIn(validate.out() + validate.err() + broken.out() + broken.err())).toEqual([]);
  });

  test.each([[[]], [['--verbose']], [['--json']], [['--dry-run']], [['--concurrency', '2', '--verbose']]])(
    'of what replay %j prints',
    async (flags) => {
      const entry = { v: 1, receivedAt: '2026-01-31T12:00:00Z', method: 'POST', path: lines, auth: 'ok' };
      const rest = { headers: { 'content-type': anywhere }, issues: [], unknownFields: [], answer: { status: 200 } };
      const entries = events.map((body) => ({ ...entry, ...rest, id: lines, eventType: lines, body }));
      const journal = join(dir, '::error::a');
      writeFileSync(journal, [...entries.map((one) => JSON.stringify(one)), lines, ''].join('\n'));
      const { url } = await target((_req, res) => res.writeHead(500, { 'X-A': anywhere }).end(lines));
      const replay = start(['replay', '::error::a', '--url', url, ...flags], { cwd: dir });
      await replay.exited;
      expect(replay.out() + replay.err()).toContain('error');
      expect(commandsIn(replay.out() + replay.err())).toEqual([]);
    },
  );

  test.each(['pretty', 'json', 'ndjson', 'junit', 'markdown', 'html', 'github'])(
    'of what check --report %s prints',
    async (name) => {
      const { url } = await target((_req, res) =>
        res.writeHead(500, { 'X-A': anywhere, 'Retry-After': lines.slice(0, 16) }).end(lines),
      );
      const args = ['check', `${url}?::error::a`, '--profile', 'smoke', '--verbose', '--report', name];
      const check = start([...args, '--accept', '::error::a']);
      await check.exited;
      const done = start(args);
      expect((await done.exited).code).toBe(1);
      const ours = /^::(?:error|warning|notice) title=/;
      const all = [check.out(), check.err(), done.out(), done.err()].join('\n').split('\n');
      expect(all.some((line) => line.includes('add-path'))).toBe(true);
      expect(commandsIn(all.filter((line) => name !== 'github' || !ours.test(line)).join('\n'))).toEqual([]);
      expect(commandsIn(all.map((line) => line.replace(ours, '')).join('\n'))).toEqual([]);
    },
  );
});
