import { InvalidArgumentError } from 'commander';

/**
 * A path as it comes in a request: `/вебхук` and spaces encoded as clients do it, and with a slash at the start.
 *
 * @throws InvalidArgumentError for a text that cannot be the path of a request
 */
export function parseUrlPath(text: string): string {
  if (/^[a-z]:[\\/]|\\/i.test(text))
    throw new InvalidArgumentError(
      'That is a Windows path. Git Bash makes one of /webhook: write webhook, without the slash.',
    );
  if (text.includes('?')) throw new InvalidArgumentError('A ? begins the query, which is not part of the path.');
  if (text.includes('#')) throw new InvalidArgumentError('A # and what follows it are never sent.');
  const path = text.replace(/^\//, '');
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
    throw new InvalidArgumentError('Clients resolve . and .. before they send: no request has them in its path.');
  const url = new URL('http://localhost');
  url.pathname = `/${path}`;
  return url.pathname;
}
