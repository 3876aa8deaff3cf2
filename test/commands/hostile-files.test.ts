import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';

const dir = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const write = (name: string, content: string): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
const withFile = (file: object): string =>
  JSON.stringify({ event_type: 'new_messages', new_messages: [{ type: 'image', message_sender: 'ai', file }] });

describe('a file that was made to break the program does not', () => {
  test('a folder of fixtures is listed although some of them cannot be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    mkdirSync(join(folder, 'folder.json'));
    symlinkSync('/nowhere', join(folder, 'link.json'));
    writeFileSync(join(folder, 'long.json'), JSON.stringify({ event_type: 'x'.repeat(100_000) }));
    const { code, out, err } = await run(['fixtures', 'list', '--fixtures', folder]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^folder .*it is a folder/m);
    expect(out).toMatch(/^link .*no such file/m);
    expect(out.length).toBeLessThan(5000);
  });

  test('a file name and a type that no link or header can carry are sent safely', async () => {
    write('a.png', 'x');
    const path = write(
      'file.json',
      withFile({ name: '\ud800', url: 'asset:a.png', size_bytes: 1, mime_type: 'п\r\n' }),
    );
    const { url } = await target((_, res, body) => {
      const { file } = JSON.parse(body).new_messages[0];
      void fetch(file.url).then(async (found) => res.end(`${found.headers.get('content-type')} ${await found.text()}`));
    });
    const { code, out } = await run(['send', 'fixture', path, '--url', url, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out.split('\n')[0]!).response.body).toBe('application/octet-stream x');
    const based = ['send', 'fixture', path, '--url', url, '--dry-run', '--file-base-url', 'http://x/'];
    expect((await run(based)).code).toBe(0);
  });

  test('a body too deep to be written again is one line of error', async () => {
    const deep = `{"event_type":"new_messages","new_messages":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const { code, err } = await run(['send', 'file', write('deep.json', deep), '--chat-id', '1', '--url', 'http://x/']);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: .*deep\.json cannot be changed: it is nested too deeply\n$/);
  });

  test('a body that begins with @ does not make the curl line of --dry-run send a file', async () => {
    const path = write('at.json', '@/etc/passwd');
    const { out } = await run(['send', 'fixture', path, '--dry-run', '--url', 'http://x/']);
    expect(out).not.toContain("'@/etc/passwd'");
    expect(out).toMatch(/^printf '\\100/m);
  });

  test('a huge --repeat still starts, and ends with Ctrl-C', async () => {
    const { fakeHost } = await import('../helpers/fake-host.ts');
    const { main } = await import('../../src/cli.ts');
    const host = fakeHost();
    const { url } = await target((_, res) => (host.interrupt(), res.end()));
    expect(await main(['send', 'fixture', 'text', '--repeat', '9007199254740991', '--url', url], host)).not.toBe(70);
  });

  test
    .skipIf(process.platform === 'win32')
    .each([
      [['validate', '/dev/zero']],
      [['send', 'file', '/dev/zero', '--url', 'http://x/']],
      [['send', 'fixture', '/dev/zero/../zero', '--url', 'http://x/']],
      [['listen', '--secret-file', '/dev/zero']],
    ])('a file without an end is refused: %j', async (argv) => {
    const { code, err } = await run(argv);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: cannot read .*: it is larger than 64 MB\n$/);
  });

  test('a stdin without an end is refused', async () => {
    const { code, err } = await run(['validate', '-'], { stdin: Buffer.alloc(64 * 1024 * 1024 + 1) });
    expect({ code, err }).toEqual({ code: 3, err: 'error: cannot read stdin: it is larger than 64 MB\n' });
  });
});
