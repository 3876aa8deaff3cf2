import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchMedia, isPublic, type FetchMediaOptions } from '../../../src/inspector/media/fetch-media.ts';
import { arrived, openInspector } from '../open-inspector.ts';

const png = readFileSync(new URL('../../../fixtures/assets/image.png', import.meta.url));

type Answer = Parameters<typeof createServer>[1];

async function serve(answer: Answer): Promise<{ origin: string; port: number; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((req, res) => {
    paths.push(`${req.headers['authorization'] ?? ''}${req.url}`);
    (answer as any)(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, paths };
}

function get(url: string, options: Partial<FetchMediaOptions> = {}): Promise<Buffer> {
  return fetchMedia(url, { namedOrigins: [], signal: new AbortController().signal, ...options });
}

const image = (url: string, name = 'a.png') => ({
  event_type: 'new_messages',
  new_messages: [{ type: 'image', message_sender: 'ai', file: { name, url, size_bytes: 1, mime_type: 'image/png' } }],
});

describe('which addresses are of the world', () => {
  test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '100.63.255.255'])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:1.1.1.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    'shop.example',
    '',
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('a file that the inspector fetches', () => {
  test('a private address is refused before anything is sent, by its spelling and after the name was resolved', async () => {
    const { origin, port, paths } = await serve((_, res) => res.end(png));
    await expect(get(`${origin}/a.png`)).rejects.toThrow('did not name');
    const resolve = async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(get(`http://files.example:${port}/a.png`, { resolve })).rejects.toThrow('did not name');
    await expect(get(`http://2130706433:${port}/`)).rejects.toThrow('did not name');
    await expect(get(`http://[::ffff:127.0.0.1]:${port}/`)).rejects.toThrow('did not name');
    expect(paths).toEqual([]);
  });

  test('an origin that the command line named is fetched, at the address that was looked at', async () => {
    const { origin, port, paths } = await serve((_, res) => res.end(png));
    expect((await get(`${origin}/a.png`, { namedOrigins: [origin] })).equals(png)).toBe(true);
    const named = `http://files.example:${port}`;
    let asked = 0;
    // The second answer of a name server that plays tricks is never asked for.
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    expect((await get(`${named}/b.png`, { namedOrigins: [named], resolve })).equals(png)).toBe(true);
    expect(asked).toBe(1);
    expect(paths).toEqual(['/a.png', '/b.png']);
  });

  test('no redirect is followed, and no answer but 200 is taken', async () => {
    const { origin, paths } = await serve((_, res) => res.writeHead(302, { Location: '/secret' }).end());
    await expect(get(origin, { namedOrigins: [origin] })).rejects.toThrow('answered 302');
    expect(paths).toEqual(['/']);
  });

  test('a file that is too large is given up, and one that does not come too', async () => {
    const endless = await serve((_, res) => {
      const more = (): void => void (res.write(Buffer.alloc(10_000)) ? setImmediate(more) : res.once('drain', more));
      more();
    });
    const limits = { bytes: 1024 * 1024, ms: 20_000 };
    await expect(get(endless.origin, { namedOrigins: [endless.origin], limits })).rejects.toThrow('larger than 1 MB');
    const silent = await serve(() => {});
    const short = { bytes: 1, ms: 30 };
    await expect(get(silent.origin, { namedOrigins: [silent.origin], limits: short })).rejects.toThrow('within 0.03 s');
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'nonsense', 'http://u:p@127.0.0.1/', 'data:text/html,x'])(
    '%s is not fetched at all',
    async (url) => {
      await expect(get(url)).rejects.toThrow(/not an http|user name/);
    },
  );

  test('what was fetched is shown by its bytes: an image as an image, all else as a download', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const { origin, paths } = await serve((req, res) => res.end(req.url === '/svg' ? svg : png));
    const inspector = await openInspector({ targets: [origin], secret: 'sup3r-s3cret' });
    const [first, second] = [arrived(image(`${origin}/png`)), arrived(image(`${origin}/svg`, 'fake.png'))];
    for (const item of [first!, second!]) inspector.feed.add(item);
    expect((await inspector.call(`/v1/media/${first.id}/0`)).status).toBe(404);
    expect(paths).toEqual([]);
    for (const { id } of [first, second]) await inspector.post('/v1/fetch-media', { id, index: 0 });
    expect(paths).toEqual(['/png', '/svg']);
    const shown = await inspector.call(`/v1/media/${first.id}/0`);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('content-disposition')).toBeNull();
    const saved = await inspector.call(`/v1/media/${second.id}/0`);
    expect(saved.headers.get('content-disposition')).toContain('attachment');
    expect(saved.headers.get('content-type')).not.toContain('svg');
  });

  test('the files of our own fixtures need not be fetched', async () => {
    const inspector = await openInspector();
    const file = {
      name: 'terracotta-mug.png',
      url: 'http://127.0.0.1:1/0123456789abcdef/0/terracotta-mug.png',
      size_bytes: 2832,
    };
    const item = arrived({ event_type: 'new_messages', new_messages: [{ type: 'image', file }] });
    const other = arrived({
      event_type: 'new_messages',
      new_messages: [{ type: 'image', file: { ...file, size_bytes: 1 } }],
    });
    for (const one of [item, other]) inspector.feed.add(one);
    const res = await inspector.call(`/v1/media/${item.id}/0`);
    expect(Buffer.from(await res.arrayBuffer()).equals(png)).toBe(true);
    expect((await inspector.call(`/v1/media/${other.id}/0`)).status).toBe(404);
  });
});
