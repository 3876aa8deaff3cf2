import { describe, expect, test } from 'vitest';
import { run } from '../../helpers/fake-host.ts';

const exported = async (...flags: string[]) => {
  const load = ['--rate', '500/s', '--duration', '10m', '--export', 'artillery'];
  const { code, out, err } = await run(['send', 'text', ...load, ...flags, '--url', 'http://127.0.0.1:9/hook?a=1']);
  expect([code, err]).toEqual([0, '']);
  return { out, script: JSON.parse(out) };
};

describe('send --export artillery', () => {
  test('has the load, the limits, and the threshold', async () => {
    const { script } = await exported('--max-error-rate', '1%', '--concurrency', '50', '--max-time', '1500ms');
    expect(script.config).toMatchObject({
      target: 'http://127.0.0.1:9',
      phases: [{ duration: 600, arrivalRate: 500, maxVusers: 50 }],
      http: { timeout: 1.5 },
      ensure: { maxErrorRate: 1 },
    });
    const [{ post }] = script.scenarios[0].flow;
    expect(post).toMatchObject({ url: '/hook?a=1', followRedirect: false });
    expect(post.expect[0].statusCode).toEqual(Array.from({ length: 100 }, (_, index) => 200 + index));
    expect(post.headers).toEqual({ 'Content-Type': 'application/json' });
    const { script: strict } = await exported('--expect-status', '401');
    expect(strict.config).toMatchObject({ http: { timeout: 20 }, ensure: { maxErrorRate: 0 } });
    expect(strict.scenarios[0].flow[0].post.expect).toEqual([{ statusCode: 401 }]);
  });

  test('a rate that is no whole number becomes a count', async () => {
    const { script } = await exported('--rate', '30/m', '--duration', '5s');
    expect(script.config.phases).toEqual([{ duration: '5000ms', arrivalCount: 3 }]);
  });

  test('the secret comes from the environment', async () => {
    const { out, script } = await exported('--secret', 'a-very-secret-word');
    expect(out).not.toContain('a-very-secret-word');
    expect(script.scenarios[0].flow[0].post.headers.Authorization).toBe('Bearer {{ $env.SUVVY_WEBHOOK_SECRET }}');
  });

  test('braces of a text stay, although artillery has the same for its own names', async () => {
    const text = '{{{{{{{{ $env.HOME }} {{{{x}} {{{uuid}}}';
    const { script } = await exported('--set', `new_messages[0].text=${text.replace('{{{uuid}}', '{{uuid}}')}`);
    const { body } = script.scenarios[0].flow[0].post;
    // As artillery does it: names in two braces are replaced.
    const filled = body.replaceAll(/\{\{\{?[\s$\w.[\]'"-]+\}\}\}?/g, 'FILLED');
    expect(JSON.parse(filled).new_messages[0].text).toBe('{{{{ $env.HOME }} {{x}} FILLED}');
  });

  test('a header that artillery would change is exit 2', async () => {
    const flags = ['--rate', '5/s', '--duration', '5s', '--export', 'artillery', '--header', 'X-Name: {{x}}'];
    const { code, err } = await run(['send', 'text', '--url', 'http://127.0.0.1:9/', ...flags]);
    expect(code).toBe(2);
    expect(err).toContain('text cannot be exported to artillery');
  });
});
