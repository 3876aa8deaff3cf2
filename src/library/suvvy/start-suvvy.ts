import { HookError } from '../../errors.ts';
import { atCaller } from '../caller.ts';
import { verifyChoice, verifyMs, verifySecret } from '../options.ts';
import type { RunningSuvvy, StartSuvvyOptions } from './running-suvvy.ts';

/**
 * Starts Suvvy in the test: its API, strict, on a free port of loopback, and its bot, which says what the test says. Your
 * app posts customers' messages to `url` with `token`, and gets the bot's words at its webhook. The first half of what
 * comes wrong is in the verdicts, the other half in `findings`: the bot's words sent back as a customer's before all.
 *
 * @throws TypeError for a webhook that is none; HookError for an option that cannot be meant, or a port that is taken
 * @example
 * const suvvy = await startSuvvy({ webhook: app, path: '/suvvy', secret: 's3cret' });
 * app.customerWrites('Hello', { apiUrl: suvvy.url, apiToken: suvvy.token });
 * const { chatId } = await suvvy.waitForCustomer({ text: 'Hello' });
 * const { verdict } = await suvvy.say(chatId, 'Hi');
 * await suvvy.expectNothing('customer', { forMs: 500 });
 * await suvvy.close();
 */
export async function startSuvvy(options: StartSuvvyOptions): Promise<RunningSuvvy> {
  return atCaller(startSuvvy, async () => {
    verifyOptions(options);
    // Only now: who receives or checks alone needs nothing of it.
    const { runSuvvy } = await import('./run-suvvy.ts');
    return runSuvvy(options, startSuvvy.name);
  });
}

function verifyOptions({ secret, token, reply, timeoutMs }: StartSuvvyOptions): void {
  verifySecret(secret);
  verifySecret(token, 'token');
  if (token === '') throw new HookError('the token is empty: leave it out for a random one');
  verifyChoice('reply', reply, ['silent', 'echo']);
  verifyMs({ timeoutMs });
}
