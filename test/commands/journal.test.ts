import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundledFolder } from '../../src/fixtures/list.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { ndjson, run } from '../helpers/fake-host.ts';
import { listening, post } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';

const text = (words: string): string =>
  JSON.stringify({
    event_type: 'new_messages',
    chat_id: '7',
    new_messages: [{ type: 'text', message_sender: 'ai', text: words }],
  });
const folder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'suvvy-hook-')));

/** Three events with ids that begin alike, and a request that was refused unread. */
const recorded = [
  { id: 'mwsq0v910000aaaa', body: text('first'), status: 200 },
  { id: 'mwsq0v910001bbbb', body: text('a second line\nerror: forged'), status: 503 },
  { id: 'mwsq0v920000cccc', body: '{"event_type":"test_request"}', status: 200 },
  { id: 'mwsq0v930000dddd', body: null, status: 401 },
] as const;
const cwd = folder();
const journal = 'events.ndjson';

beforeAll(() => {
  const lines = recorded.map(({ id, body, status }) => {
    const rawHeaders = [['Authorization', 'Bearer old-secret']] as const;
    const received = inspect(captureOf(body, { id, rawHeaders }), { secret: 'old-secret' });
    return JSON.stringify(entryOf(received, { status }, 'old-secret'));
  });
  writeFileSync(join(cwd, journal), `${lines.join('\n')}\n`);
});

describe('journal list', () => {
  test('prints one line per event: its id, the answer, and a summary', async () => {
    const { code, out, err } = await run(['journal', 'list', journal], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(recorded.map(({ id }) => id));
    expect(lines[0]).toMatch(/✔ 200 {2}new_messages {2}chat 7 · ai: first$/);
    expect(lines[1]).toMatch(/✘ 503 {2}new_messages {2}chat 7 · ai: a second line.*error: forged$/);
    expect(lines[3]).toMatch(/✘ 401 {2}POST \/$/);
  });

  test('prints the same facts with --json', async () => {
    const { out } = await run(['journal', 'list', journal, '--json'], { cwd });
    expect(ndjson(out)[0]).toEqual({
      id: 'mwsq0v910000aaaa',
      receivedAt: '1970-01-01T00:00:00.000Z',
      eventType: 'new_messages',
      chatId: '7',
      status: 200,
      issues: 0,
      about: 'ai: first',
    });
  });

  test('says what cannot be read, and shows the rest', async () => {
    const path = join(cwd, 'torn.ndjson');
    writeFileSync(path, `${readFileSync(join(cwd, journal), 'utf8')}{"v":1,`);
    const { code, out, err } = await run(['journal', 'list', path]);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(4);
    expect(err).toBe('! 1 line skipped: torn, or not an entry of a journal\n');
  });
});

describe('journal show', () => {
  test('shows one whole event by the start of its id', async () => {
    const { code, out } = await run(['journal', 'show', journal, 'mwsq0v910000'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('mwsq0v910000aaaa');
    expect(out).toContain('Authorization: Bearer *** (sha256:');
    expect(out).toContain('first');
  });

  test('shows the last event with a body if there is no id', async () => {
    const { out } = await run(['journal', 'show', journal, '--json'], { cwd });
    expect(JSON.parse(out)).toMatchObject({ id: 'mwsq0v920000cccc', body: '{"event_type":"test_request"}' });
  });

  test.each([
    [
      'mwsq0v91',
      '2 events of events.ndjson begin with mwsq0v91',
      'type more of the id: mwsq0v910000aaaa, mwsq0v910001',
    ],
    ['mwsq0v910000aaab', 'there is no event mwsq0v910000aaab', 'did you mean mwsq0v910000aaaa?'],
    ['zzz', 'there is no event zzz', 'suvvy-hook journal list events.ndjson shows the ids'],
  ])('refuses the id %s with exit 2, and says why', async (id, why, wayOut) => {
    const { code, err } = await run(['journal', 'show', journal, id], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(err).toContain(wayOut);
  });
});

describe('replay', () => {
  test('accepts the start of an id with --id, and sends the last matching event with --last', async () => {
    const { url, seen } = await target();
    const sent = async (...flags: string[]): Promise<string[]> => {
      seen.length = 0;
      expect((await run(['replay', journal, url, ...flags], { cwd })).code).toBe(0);
      return seen.map(({ body }) => body);
    };
    expect(await sent('--id', 'mwsq0v910001', '--id', 'mwsq0v92')).toEqual([recorded[1].body, recorded[2].body]);
    expect(await sent('--last')).toEqual([recorded[2].body]);
    expect(await sent('--last', '--failed')).toEqual([recorded[1].body]);
    expect(await sent('--last', '--pace', 'recorded')).toEqual([recorded[2].body]);
  });
});

test('cards show the id of recorded events, and of no others', async () => {
  const path = join(folder(), journal);
  for (const flags of [['--record', path], []]) {
    const { url, host, end } = await listening(flags);
    await post(url, text('hello'));
    await end();
    expect(/[0-9a-z]{16}/.test(host.out())).toBe(flags.length > 0);
  }
});

describe('fixtures save', () => {
  const place = (): string => {
    const own = folder();
    writeFileSync(join(own, journal), readFileSync(join(cwd, journal)));
    return own;
  };

  test('takes the last event without --id, and says how to send it', async () => {
    const own = place();
    const { code, out, err } = await run(['fixtures', 'save', journal, '--name', 'button'], { cwd: own });
    expect({ code, out }).toEqual({ code: 0, out: 'fixtures/button.json\n' });
    expect(err).toContain('suvvy-hook send fixture button --fixtures fixtures --url URL');
    expect(err).toContain('add "fixtures":"fixtures" to suvvy-hook.config.json');
    expect(JSON.parse(readFileSync(join(own, 'fixtures/button.json'), 'utf8'))).toEqual({ event_type: 'test_request' });
  });

  test('saves into the folder of the config, where send, fixtures and TAB find it without a flag', async () => {
    const own = place();
    mkdirSync(join(own, 'deep'));
    writeFileSync(join(own, 'suvvy-hook.config.json'), '{"fixtures":"test/events"}');
    expect((await run(['fixtures', 'list'], { cwd: own })).code).toBe(0);
    const saved = await run(['fixtures', 'save', journal, '--id', 'mwsq0v910000', '--name', 'refund'], { cwd: own });
    expect(saved).toMatchObject({ code: 0, out: 'test/events/refund.json\n' });
    expect(saved.err).toContain('suvvy-hook send fixture refund --url URL');
    const { url, seen } = await target();
    for (const at of [own, join(own, 'deep')]) expect((await run(['send', 'refund', url], { cwd: at })).code).toBe(0);
    expect(seen.map(({ body }) => JSON.parse(body).new_messages[0].text)).toEqual(['first', 'first']);
    expect((await run(['fixtures', 'show', 'refund'], { cwd: own })).out).toContain('first');
    expect((await run(['fixtures', 'list'], { cwd: own })).out).toMatch(/refund.*\(yours\)/);
    expect((await run(['completion', 'bash', '--', 'send', ''], { cwd: own })).out).toContain('refund\t');
  });

  test("refuses a bundled name, and no such file of the user's is sent", async () => {
    const own = place();
    expect(await run(['fixtures', 'save', journal, '--name', 'text'], { cwd: own })).toMatchObject({
      code: 2,
      err: expect.stringContaining('"text" is the name of a bundled fixture'),
    });
    mkdirSync(join(own, 'mine'));
    writeFileSync(join(own, 'mine', 'text.json'), text('mine'));
    const { url, seen } = await target();
    expect(await run(['send', 'text', url, '--fixtures', 'mine'], { cwd: own })).toMatchObject({
      code: 2,
      err: expect.stringContaining('mine/text.json has the same name'),
    });
    expect((await run(['fixtures', 'list', '--fixtures', 'mine'], { cwd: own })).out).toContain(
      'a bundled one has the same name',
    );
    expect((await run(['send', join(own, 'mine/text.json'), url])).code).toBe(0);
    expect(JSON.parse(seen[0]!.body).new_messages[0].text).toBe('mine');
  });

  test('writes nothing into the fixtures of the package', async () => {
    const argv = ['fixtures', 'save', journal, '--name', 'never', '--fixtures', bundledFolder];
    expect(await run(argv, { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('would be inside suvvy-hook itself'),
    });
    expect(existsSync(join(bundledFolder, 'never.json'))).toBe(false);
  });

  test('does not follow a config out of its folder', async () => {
    const own = place();
    writeFileSync(join(own, 'suvvy-hook.config.json'), '{"fixtures":"../elsewhere"}');
    expect(await run(['fixtures', 'save', journal, '--name', 'refund'], { cwd: own })).toMatchObject({
      code: 2,
      err: expect.stringContaining('"../elsewhere" is outside the folder of the config'),
    });
  });
});

describe('TAB after a journal', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const { out } = await run(['completion', 'bash', '--', ...words], { cwd });
    return out.split('\n').map((line) => line.split('\t')[0]!);
  };
  const ids = recorded.map(({ id }) => id).toReversed();

  test.each([
    [['replay', journal, '--id', '']],
    [['replay', '--last', journal, '--id', 'mw']],
    [['fixtures', 'save', journal, '--id', '']],
    [['journal', 'show', journal, '']],
  ])('completes the ids of %j, the last one first', async (words) => {
    expect((await complete(...words)).filter((word) => word !== '')).toEqual(ids);
  });

  test('offers no id if no journal is named, or there is none', async () => {
    expect(await complete('replay', '--id', '')).toEqual(['']);
    expect(await complete('replay', 'nowhere.ndjson', '--id', '')).toEqual(['']);
  });

  test('offers fixtures and commands after send', async () => {
    const words = await complete('send', '');
    expect(words).toEqual(expect.arrayContaining(['fixture', 'file', 'message', 'text', 'image']));
    expect(await complete('send', 'text', '--ur')).toContain('--url');
  });
});
