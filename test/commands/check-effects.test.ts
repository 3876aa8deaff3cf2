import { describe, expect, test } from 'vitest';
import { run } from '../helpers/fake-host.ts';
import { receiver, secret, sound } from '../checks/receivers.ts';

const started = (script: string): string => `"${process.execPath}" -e '${script}'`;

/** An app that says on stdout what it was given, and then fails. */
const tells = started(
  'const {SUVVY_API_URL: a, SUVVY_API_TOKEN: t, SUVVY_CALLBACK_URL: c} = process.env; console.log(JSON.stringify({a, t, c})); process.exit(1)',
);

describe('check and what becomes of a message', () => {
  test('--start gives the app the collector as Suvvy’s API, with a token, where there is one', async () => {
    const argv = ['check', 'http://127.0.0.1:9/hook', '--start', tells, '--expect-callback'];
    const { out, err } = await run(argv);
    const [, url] = /awaited at (\S+)/.exec(err) ?? [];
    expect(out + err).toContain(JSON.stringify({ a: url, t: 'check-token', c: url }));
    const own = await run(argv, { env: { ...process.env, SUVVY_API_TOKEN: 'my-t0ken' } as Record<string, string> });
    expect(own.err).not.toContain('may reach Suvvy itself');
  });

  test.each([
    [{ SUVVY_API_TOKEN: 'a-real-t0ken' }, 'SUVVY_API_TOKEN is in the environment of the app'],
    [{ SUVVY_API_URL: 'https://api.suvvy.example' }, 'SUVVY_API_URL is in the environment of the app'],
  ])('without a collector, %j in the environment of --start is a warning', async (env, warning) => {
    const { err } = await run(['check', 'http://127.0.0.1:9/hook', '--start', tells], {
      env: { ...process.env, ...env },
    });
    expect(err).toContain(`! ${warning}: what it posts may reach Suvvy itself`);
    expect(err).not.toContain('a-real-t0ken');
  });

  test('a run that goes to a chat of the user’s says how much will be read there; one with a collector does not', async () => {
    const { url } = await receiver();
    const flags = ['check', url, '--secret', secret, '--only', 'deliver/text-ai', '--chat-id', '4711'];
    expect((await run(flags)).err).toContain('! what 1 case sends goes to the chat 4711');
    expect((await run([...flags, '--expect-callback'])).err).not.toContain('4711');
    expect((await run(flags.slice(0, -2))).err).not.toContain('goes to the chat');
  });

  test('--expect-read finds what is kept to be polled, and sends no secret there', async () => {
    const kept: string[] = [];
    const asked: { url: string; authorization: string | undefined }[] = [];
    const { url } = await receiver((request) => {
      const { req, res, event } = request;
      if (req.method === 'GET') {
        asked.push({ url: req.url!, authorization: req.headers.authorization });
        return void res.end(kept.join('\n'));
      }
      for (const { text } of event?.new_messages ?? []) kept.push(text);
      sound(request);
    });
    const argv = ['check', url, '--secret', secret, '--only', 'effect/callback', '--chat-id', 'a b'];
    const { code } = await run([...argv, '--expect-read', new URL('/messages?chat=', url).href + '{chat_id}']);
    expect(code).toBe(0);
    expect(asked[0]).toEqual({ url: '/messages?chat=a%20b', authorization: undefined });
  });

  test.each([
    [['--expect-read', 'nonsense'], 'is not an http(s) URL'],
    [['--expect-read', 'https://shop.example/messages'], 'is a public address'],
    [['--only', 'effect/self-talk', '--expect-read', 'http://127.0.0.1:9/'], 'there is no collector'],
  ])('%j is exit 2, and says why', async (flags, why) => {
    const { code, out, err } = await run(['check', 'http://127.0.0.1:9/', ...flags]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(why);
  });
});
