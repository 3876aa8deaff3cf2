import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { commands } from '../../src/commands/index.ts';
import { fileMessageTypes, messageTypeNames } from '../../src/contract/message-types.ts';
import { bundledFolder, pageFixtures } from '../../src/fixtures/list.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';

describe('the fixtures commands', () => {
  const names = readdirSync(bundledFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5));

  test('every message type has a fixture', () => {
    expect(names).toEqual(expect.arrayContaining([...messageTypeNames, 'test_request']));
  });

  test('list shows those of the page first, then all others', async () => {
    const { code, out } = await run(['fixtures', 'list', '--json']);
    const listed = ndjson(out).map(({ name }) => name);
    expect(code).toBe(0);
    expect(listed.slice(0, pageFixtures.length)).toEqual(pageFixtures);
    expect(listed.toSorted()).toEqual(names.toSorted());
    expect((await run(['fixtures', 'list'])).out).toMatch(/^doc_example +image from ai, text from ai$/m);
  });

  test('show prints the file, path prints where it is', async () => {
    expect(JSON.parse((await run(['fixtures', 'show', 'test_request'])).out)).toEqual({ event_type: 'test_request' });
    expect((await run(['fixtures', 'path', 'image'])).out).toBe(`${join(bundledFolder, 'image.json')}\n`);
    expect((await run(['fixtures', 'path'])).out).toBe(`${bundledFolder}\n`);
    expect((await run(['fixtures', 'show', 'imge'])).err).toContain('did you mean "image"?');
  });

  test('every bundled fixture fits the contract', async () => {
    for (const name of names) {
      const { out: body } = await run(['fixtures', 'show', name]);
      const { code, out } = await run(['validate', '-'], { stdin: body });
      expect({ name, code, out }).toMatchObject({ code: 0 });
    }
  });
});

describe('validate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const file = (body: string | Buffer): string => {
    const path = join(dir, 'event.json');
    writeFileSync(path, body);
    return path;
  };

  test('accepts a valid file with exit 0', async () => {
    const { code, out } = await run(['validate', file('{"event_type":"test_request"}')]);
    expect({ code, out }).toEqual({ code: 0, out: `✔ ${join(dir, 'event.json')}  test_request\n` });
  });

  test('shows each problem with its line and column', async () => {
    const path = file(
      [
        '{',
        '  "event_type": "new_messages",',
        '  "new_messages": [',
        '    { "type": "text", "message_sender": "бот", "text": 5 },',
        '    { "type": "image", "message_sender": "ai",',
        '      "file": { "name": "a", "url": "x", "size_bytes": 1, "mime_type": "image/webp" } }',
        '  ],',
        '  "later": 1',
        '}',
      ].join('\n'),
    );
    const { code, out } = await run(['validate', path], { columns: 300 });
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${path}:4:41: new_messages[0].message_sender must be ai or employee, not "бот" (R14)`,
      `${path}:4:56: new_messages[0].text must be a string, not 5 (R15)`,
      `${path}:6:37: new_messages[1].file.url "x" is not a URL (R17)`,
      `${path}:6:72: new_messages[1].file.mime_type must be image/png, image/jpeg or image/gif, not "image/webp" (R20)`,
      "  ? later is not on Suvvy's page",
      '',
    ]);
  });

  test('places a missing value at the object that should contain it', async () => {
    const { out } = await run([
      'validate',
      file('{\n "event_type": "new_messages",\n "new_messages": [\n  {}]}'),
      '--json',
    ]);
    expect(ndjson(out)[0]!['problems'].map(({ path, line, column }: any) => [path, line, column])).toEqual([
      ['new_messages[0].type', 4, 3],
    ]);
  });

  test.each([
    ['{"a":1,}', 8, 'is not JSON'],
    ['{\n "a": tru }', 7, 'is not JSON'],
    ['// comment\n{}', 1, 'is not JSON'],
    ['', 1, 'is not JSON'],
    ['\ufeff{"event_type":"test_request"}', 1, 'is not JSON: it begins with a byte order mark'],
    [Buffer.from('\ufeff{}', 'utf16le'), 1, 'is not JSON: it is UTF-16, not UTF-8, from byte 0 on'],
    [Buffer.from('{}', 'utf16le'), 1, 'is not JSON: it is UTF-16, not UTF-8, from byte 0 on'],
    [Buffer.concat([Buffer.from('{"ж":\n  "'), Buffer.from([0xcf])]), 4, 'it is not UTF-8, from byte 10 on'],
    ['['.repeat(100_000), 1, 'is not JSON: it is nested deeper than 200 levels'],
  ])('says that %.20j is not JSON', async (body, column, message) => {
    const { code, out } = await run(['validate', file(body), '--json']);
    expect(code).toBe(1);
    expect(ndjson(out)[0]!['problems'][0]).toMatchObject({
      column,
      rule: 'R6',
      message: expect.stringContaining(message),
    });
  });

  test('is not controlled by hostile keys and values on the terminal', async () => {
    const { out } = await run([
      'validate',
      file(JSON.stringify({ event_type: 'new_messages', new_messages: [{ type: '\x1b[31m\u202e' }], '\x9b1m\n': 1 })),
    ]);
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  test('fails with exit 3 for a file that cannot be read', async () => {
    expect(await run(['validate', '/nowhere.json'])).toMatchObject({
      code: 3,
      err: 'error: cannot read /nowhere.json: no such file or folder\n',
    });
  });
});

describe('demo', () => {
  test('shows both sides of every delivery of the page, and exits 0', async () => {
    const { code, out, err } = await run(['demo']);
    expect(code).toBe(0);
    expect(err).toContain('npx suvvy-hook send fixture --url http://127.0.0.1:8080/\n');
    expect(out.match(/^\d\d:\d\d:\d\d {2}✔ 200/gm)?.length).toBe(pageFixtures.length);
    for (const name of pageFixtures) expect(out).toMatch(new RegExp(`^✔ ${name} +200 OK`, 'm'));
    expect(out.match(/was fetched whole/g)?.length).toBe(fileMessageTypes.length);
  });

  test('prints the deliveries with --json', async () => {
    const { out } = await run(['demo', '--json', '--quiet']);
    expect(ndjson(out).map(({ delivered }) => delivered)).toEqual(pageFixtures.map(() => true));
  });
});

describe('the program', () => {
  test('shows what to do next if it is called alone', async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    expect(out).toContain('Start here:');
  });
  test('prints its version with --version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
  const leaves = ['fixture', 'file', 'message'].map((leaf) => `send ${leaf}`);
  leaves.push(...['list', 'show', 'path', 'save'].map((leaf) => `fixtures ${leaf}`));
  test.each([...leaves, ...commands.map(({ name }) => name)])('has examples in the help of %s', async (name) => {
    const { code, out } = await run([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: suvvy-hook ${name}`);
    expect(out).toContain('Examples:');
    expect(await run(['help', ...name.split(' ')])).toEqual({ code: 0, out, err: '' });
  });

  test.each(leaves)('accepts help in the middle of a line: %s', async (name) => {
    const [group, leaf] = name.split(' ') as [string, string];
    expect(await run([group, 'help', leaf])).toEqual(await run([group, leaf, '--help']));
  });

  test.each([[['listne', '--help']], [['help', 'listne']], [['--json', 'listne', '--port', '1']]])(
    'reports %j as a typo, whatever else is on the line',
    async (argv) => {
      const { code, out, err } = await run(argv);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('Did you mean listen?');
    },
  );

  test('keeps the columns of its help on a narrow terminal', async () => {
    const { out } = await run(['send', 'fixture', '--help'], { tty: true, columns: 60 });
    const [options] = out.split('Examples:');
    expect(options!.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  test('obeys --no-color for errors too', async () => {
    const host = fakeHost();
    const asked: unknown[] = [];
    host.style = async (_, options) => {
      asked.push(options);
      return fakeHost().style(host.stderr);
    };
    expect(await main(['fixtures', 'show', 'imge', '--no-color'], host)).toBe(2);
    expect(asked).toEqual([{ color: false }]);
  });
});
