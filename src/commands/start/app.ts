import { ExitCode, HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { block } from '../../text/layout.ts';
import { talker, type GlobalOptions } from '../context.ts';
import { startServer } from './start-server.ts';
import { describeSurvivor } from './survivor.ts';
import { isUp, waitUntilUp } from './wait-until-up.ts';

/** The app of `--start`, running. */
export interface App {
  /** Waits until its webhook answers; the reason if it does not, or null. */
  untilUp(): Promise<string | null>;
  /** Resolves with the reason if it ends with a failure. */
  failed: Promise<string>;
  stop(): Promise<void>;
  /** Shows what it said, if something went wrong, and what of it is still there. */
  report(failure: string | null): Promise<void>;
}

export interface AppOptions {
  flags: GlobalOptions;
  host: Host;
  webhook: URL;
  secret: string | null;
  token: string | null;
  /** Where the API is. */
  apiUrl: string;
  /** How long it may take to be up, in milliseconds. */
  startMs: number;
}

const maxLines = 200;

/** How long an app may take to be up, in milliseconds, where nobody says. */
export const startMs = 30_000;

/** The port that bridges are told of in the docs. */
export const usualPort = 8090;

/** What an app is given where no token was set: any is taken, but it has to send one. */
const anyToken = 'mock-token';

/** @throws HookError (exit 3) where something is there already */
export async function createApp(command: string, options: AppOptions): Promise<App> {
  const { flags, host, webhook, secret, token, apiUrl } = options;
  if (await isUp({ url: webhook }))
    throw new HookError(`something answers at ${webhook.host} already, and --start would talk to that`, {
      hint: 'stop it, or leave --start out',
      exitCode: ExitCode.unable,
    });
  const own = { SUVVY_API_URL: apiUrl, SUVVY_API_TOKEN: token ?? anyToken };
  const env = { ...host.env, ...own, ...(secret === null ? {} : { SUVVY_WEBHOOK_SECRET: secret }) };
  const { signal } = host;
  const server = startServer(command, { cwd: host.cwd, env, signal, onExit: host.onExit });
  const talk = talker(host, flags);
  return {
    async untilUp() {
      const over = new AbortController();
      const up = waitUntilUp({ url: webhook, signal: AbortSignal.any([over.signal, signal]) }, options.startMs);
      const why = await Promise.race([up.then((isThere) => (isThere ? null : 'late')), server.failed]);
      over.abort();
      if (why !== 'late') return why;
      return signal.aborted ? null : `nothing answered at ${webhook.host} within ${options.startMs / 1000} s`;
    },
    failed: server.failed.then((reason) => reason.replace(' did not start: it ended', ' ended')),
    stop: server.stop,
    async report(failure) {
      const survivor = await describeSurvivor({ url: webhook });
      if (survivor !== null) talk(`! ${survivor}`);
      const said = server.output().trimEnd();
      if (failure === null || said === '') return;
      const { columns } = await host.style(host.stderr, flags);
      talk('what the app of --start said:');
      for (const line of block(said, { indent: '  │ ', columns, maxLines })) talk(line);
    },
  };
}
