import { expect, test } from 'vitest';
import { bin, start } from './helpers/process.ts';
import { target } from './helpers/target.ts';
import { hasScript, onTerminal } from './helpers/terminal.ts';
import { fileWith } from './scenario/bridge.ts';

const secret = 'k7-secret-of-the-webhook';

const commands: Record<string, (url: string) => string[]> = {
  check: (url) => ['check', url, '--only', 'deliver/text-ai'],
  'send as a load': (url) => ['send', 'fixture', 'text', '--repeat', '2', '--concurrency', '1', '--url', url],
  run: (url) => ['run', fileWith(`name: said\nsteps:\n  - { bot: Hello, chat_id: "42" }`), '--url', url, '--port', '0'],
};

test.skipIf(!hasScript()).each(Object.entries(commands))(
  '%s turns its spinner on a terminal, and then says its result, with and without a secret to hide',
  async (_, argvFor) => {
    const app = await target((_req, res) => setTimeout(() => res.end(), 100));
    const runs = [{}, { SUVVY_WEBHOOK_SECRET: secret }].map(async (env) => {
      const program = onTerminal([process.execPath, bin, ...argvFor(app.url), '--no-color']);
      const running = start([], { program, env: { TERM: 'xterm', ...env } });
      const { code } = await running.exited;
      return { code, out: running.out() };
    });
    for (const { code, out } of await Promise.all(runs)) {
      expect(out).toMatch(/⠋ (checking|connecting|running)/);
      expect(out.match(/deliver\/text-ai {2}\(\d+ of \d+\)/)?.[0] ?? '(1 of 1)').toContain('(1 of 1)');
      expect(out).toMatch(/Passed|delivered +2/);
      expect(out).not.toContain('RangeError');
      expect(out).not.toContain(secret);
      expect(code).toBe(0);
    }
  },
);
