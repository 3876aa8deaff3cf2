import { URL } from 'node:url';
import { serveApp, type App } from '../http/serve-app.ts';
import { targetOf } from './options.ts';

/** A webhook that can be sent to. */
export interface OpenWebhook {
  url: URL;
  /** Closes what was opened for it. */
  close(): Promise<void>;
}

/**
 * The webhook that a function of the library was given: a URL as it is, an app on a free port of loopback.
 *
 * @param path where an app has its webhook; a slash in front of it may be left out
 * @param caller whose argument it is, for the error
 * @throws TypeError for what is neither a URL nor an app; HookError for a URL that cannot be sent to
 */
export async function openWebhook(
  webhook: string | URL | App,
  { path = '/', caller, unref }: { path: string | undefined; caller: string; unref?: boolean | undefined },
): Promise<OpenWebhook> {
  if (isUrl(webhook)) return { url: targetOf(webhook), close: async () => {} };
  const { origin, close } = await serveApp(webhook, caller, { unref });
  return { url: new URL(path.startsWith('/') ? path : `/${path}`, origin), close };
}

/** jsdom has a URL of its own. */
function isUrl(webhook: unknown): webhook is string | URL {
  return typeof webhook === 'string' || Object.prototype.toString.call(webhook) === '[object URL]';
}
