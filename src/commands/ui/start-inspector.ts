import { ExitCode, HookError, errorCode, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { createInspector, type Inspector, type InspectorOptions } from '../../inspector/server.ts';
import { talker, type GlobalOptions } from '../context.ts';
import { openBrowser } from './open-browser.ts';
import { defaultUiPort } from './ui-flags.ts';

/** An inspector that runs. */
export interface RunningInspector extends Pick<Inspector, 'close'> {
  /** The whole address, with the token of the run. */
  url: string;
  port: number;
}

/**
 * Starts the inspector. The default port gives way to a free one.
 *
 * @param port null is the default
 * @throws HookError (exit 3) where that cannot be
 */
export async function startInspector(
  options: InspectorOptions,
  { port, open, ...global }: { port: number | null; open?: boolean | undefined } & GlobalOptions,
  host: Host,
): Promise<RunningInspector> {
  const inspector = createInspector(options);
  const talk = talker(host, global);
  const listening = await bind(inspector, port, talk);
  const close = open ? await openBrowser(listening.url, host, talk) : undefined;
  return {
    ...listening,
    async close() {
      await close?.();
      await inspector.close();
    },
  };
}

async function bind(
  inspector: Inspector,
  port: number | null,
  talk: (line: string) => void,
): Promise<{ port: number; url: string }> {
  try {
    return await inspector.listen(port ?? defaultUiPort);
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE' && port === null) {
      talk(`port ${defaultUiPort} is taken: the inspector is on a free one instead`);
      return inspector.listen(0);
    }
    throw new HookError(`the inspector cannot listen on port ${port ?? defaultUiPort}: ${systemReason(error)}`, {
      hint: 'port 0 takes any free one',
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}
