import { looksLikeUrl, masked, parseTarget } from '../../delivery/target.ts';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';

const variable = 'SUVVY_WEBHOOK_URL';

/**
 * The URL of the webhook, from the flag or `SUVVY_WEBHOOK_URL`.
 *
 * @throws HookError (exit 2) if it is not an http(s) URL, or contains credentials
 */
export function resolveTarget(flag: string | undefined, host: Host): URL {
  const text = flag ?? host.env[variable];
  if (!text)
    throw new HookError('there is no URL to send to', {
      hint: `give one with --url http://localhost:3000/webhook, as the last word, or in ${variable}`,
    });
  return parseTarget(text, flag === undefined ? ` (from ${variable})` : '');
}

/**
 * The one URL of a run, from its argument or from `--url`.
 *
 * @throws HookError (exit 2) if there are two
 */
export function oneUrl(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined) throw twoUrls([argument, flag]);
  return argument ?? flag;
}

/**
 * Takes a URL from the end of a command's words.
 *
 * @param flag the value of `--url`
 * @throws HookError (exit 2) if there are two, or words come after it
 */
export function takeUrl(given: readonly string[], flag: string | undefined): { words: string[]; url?: string } {
  const at = given.findIndex(looksLikeUrl);
  const url = oneUrl(given[at], flag);
  const words = at === -1 ? [...given] : given.slice(0, at);
  const after = at === -1 ? [] : given.slice(at + 1);
  if (after.some(looksLikeUrl)) throw twoUrls(given.filter(looksLikeUrl));
  if (after.length > 0)
    throw new HookError(`"${after[0]}" comes after the URL`, {
      hint: 'the URL is the last word, or the value of --url',
    });
  return { words, ...(url === undefined ? {} : { url }) };
}

function twoUrls(urls: readonly string[]): HookError {
  return new HookError(`there are two URLs: ${urls.map(masked).join(' and ')}`, {
    hint: 'a run has one target: remove one of them',
  });
}
