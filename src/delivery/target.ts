import { URL } from 'node:url';
import { HookError } from '../errors.ts';

/**
 * `:3000/x` and `localhost:3000/x` are http://localhost:3000/x, and so is a port alone.
 *
 * @param from where it was given, if that is not to be seen on the command line
 * @throws HookError (exit 2) for what is not an http(s) URL, or carries credentials
 */
export function parseTarget(text: string, from = ''): URL {
  const whole = withOrigin(text);
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new HookError(`"${masked(text)}"${from} is not an http(s) URL`, urlHint(masked(text)));
  if (url.username || url.password)
    throw new HookError(`the URL for ${url.host} has a user name or password in it`, {
      hint: 'Suvvy sends none: the webhook secret goes into --secret',
    });
  url.hash = '';
  return url;
}

/** Whether a word among others can only be meant as a URL. A bare number can be a name. */
export function looksLikeUrl(word: string): boolean {
  return word.includes('://') || /^:\d/.test(word) || /^localhost([:/?]|$)/i.test(word);
}

function withOrigin(text: string): string {
  if (/^\d{1,5}$/.test(text)) return `http://localhost:${text}`;
  if (/^:\d/.test(text)) return `http://localhost${text}`;
  return /^localhost([:/?]|$)/i.test(text) ? `http://${text}` : text;
}

/** What was typed, less a password in it: up to the last @, since in what is no URL a password may have any shape. */
export function masked(text: string): string {
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
