import { parseTarget } from '../../delivery/target.ts';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';

const variable = 'SUVVY_WEBHOOK_URL';

/**
 * The URL of the webhook, from the flag or `SUVVY_WEBHOOK_URL`.
 *
 * @throws HookError (exit 2) for what is not an http(s) URL, or carries credentials
 */
export function resolveTarget(flag: string | undefined, host: Host): URL {
  const text = flag ?? host.env[variable];
  if (!text)
    throw new HookError('there is no URL to send to', {
      hint: `give one with --url http://localhost:3000/webhook, or in ${variable}`,
    });
  return parseTarget(text, flag === undefined ? ` (from ${variable})` : '');
}
