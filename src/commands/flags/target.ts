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
 * `:3000/x` and `localhost:3000/x` mean http://localhost:3000/x. A port alone is also accepted.
 *
 * @param from where it was given, if not on the command line
 * @throws HookError (exit 2) if it is not an http(s) URL, or contains credentials
 */
export function parseTarget(text: string, from = ''): URL {
  const whole = withOrigin(text);
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new HookError(`"${masked(text)}"${from} is not an http(s) URL`, urlHint(masked(text)));
  if (url.username || url.password)
    throw new HookError(`the URL for ${url.host} has a user name or password in it`, {
      hint: 'Suvvy sends none: give the webhook secret with --secret',
    });
  url.hash = '';
  return url;
}

/** Whether a word can only mean a URL. A bare number can be a name. */
export function looksLikeUrl(word: string): boolean {
  return word.includes('://') || /^:\d/.test(word) || /^localhost([:/?]|$)/i.test(word);
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

function withOrigin(text: string): string {
  if (/^\d{1,5}$/.test(text)) return `http://localhost:${text}`;
  if (/^:\d/.test(text)) return `http://localhost${text}`;
  return /^localhost([:/?]|$)/i.test(text) ? `http://${text}` : text;
}

/**
 * What was typed, without a password. It cuts up to the last @, because in a text that is not a URL a password may look
 * like anything.
 */
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
