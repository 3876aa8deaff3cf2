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

/**
 * @param from where it was given, if that is not to be seen on the command line
 * @throws HookError (exit 2) for what is not an http(s) URL, or carries credentials
 */
export function parseTarget(text: string, from = ''): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new HookError(`"${masked(text)}"${from} is not an http(s) URL`, urlHint(masked(text)));
  if (url.username || url.password)
    throw new HookError(`the URL for ${url.host} has a user name or password in it`, {
      hint: 'Suvvy sends none: the webhook secret goes into --secret',
    });
  url.hash = '';
  return url;
}

/** What was typed, less a password in it: up to the last @, since in what is no URL a password may have any shape. */
function masked(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?[^]*@/i, '$1***@');
}

function urlHint(text: string): { hint: string } {
  const guess = text.startsWith('//') ? `http:${text}` : `http://${text.replace(/^[a-z]{0,6}:?\/\//i, '')}`;
  const plausible =
    URL.canParse(guess) &&
    !/\s/.test(text) &&
    /^(localhost|[\w-]+\.[\w.-]+|\[[0-9a-f:]+\]|\w[\w-]*:\d+)/i.test(new URL(guess).host);
  return { hint: plausible ? `did you mean ${guess}?` : 'a URL looks like http://localhost:3000/webhook' };
}
