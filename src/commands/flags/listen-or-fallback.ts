import { errorCode, ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { hostInUrl } from '../../http/address.ts';
import type { Listening, Receiver } from '../../receiver/server.ts';
import { talker, type GlobalOptions } from '../context.ts';

export const defaultPort = 8080;

export interface AddressOptions {
  port?: number;
  host: string;
}

/**
 * Binds the requested port. If the default port is taken, it binds a free one.
 *
 * @throws HookError (exit 3) if no port can be bound
 */
export async function listenOrFallback(
  receiver: Pick<Receiver, 'listen'>,
  options: AddressOptions & GlobalOptions,
  host: Host,
  usualPort = defaultPort,
): Promise<Listening> {
  const port = options.port ?? usualPort;
  try {
    return await receiver.listen({ port, host: options.host });
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE' && options.port === undefined) {
      talker(host, options)(`port ${usualPort} is taken: listening on a free one instead`);
      return receiver.listen({ port: 0, host: options.host });
    }
    throw new HookError(`cannot listen on ${hostInUrl(options.host)}:${port}: ${systemReason(error)}`, {
      hint: bindHint(errorCode(error)),
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

function bindHint(code: string | null): string {
  if (code === 'EADDRINUSE') return '--port 0 takes any free port';
  if (code === 'EACCES') return 'ports below 1024 are for root: choose a higher one';
  return '--host takes an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0';
}
