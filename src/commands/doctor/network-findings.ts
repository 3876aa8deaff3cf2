import { hostInUrl } from '../../http/address.ts';
import type { DoctorFacts, DoctorFinding, TargetFacts } from './facts.ts';

/** Where `localhost` leads. */
export function localhostFindings({ localhost }: DoctorFacts): DoctorFinding[] {
  const id = 'localhost';
  const message = `localhost is ${localhost.join(' and ')}`;
  if (localhost.length === 0)
    return [
      { id, level: 'error', message: 'localhost does not resolve', hint: 'add "127.0.0.1 localhost" to /etc/hosts' },
    ];
  if (!localhost.includes('127.0.0.1'))
    return [{ id, level: 'warning', message, hint: 'listen uses 127.0.0.1: use that in URLs, or listen --host ::1' }];
  return [{ id, level: 'ok', message, hint: null }];
}

/** Whether `listen` can use its default port. */
export function portFindings({ defaultPort: { port, listening } }: DoctorFacts): DoctorFinding[] {
  const id = 'default-port';
  if (listening.length === 0) return [{ id, level: 'ok', message: `port ${port} is free for listen`, hint: null }];
  const where = listening.map((address) => hostPort(address, port)).join(' and ');
  const hint = 'listen takes a free port instead and shows it; --port chooses one';
  return [{ id, level: 'warning', message: `something already listens on ${where}`, hint }];
}

/** Whether something listens at `SUVVY_WEBHOOK_URL`. */
export function targetFindings({ target }: DoctorFacts): DoctorFinding[] {
  const id = 'webhook-url';
  if (target === null)
    return [{ id, level: 'ok', message: 'SUVVY_WEBHOOK_URL is not set: use --url instead', hint: null }];
  if ('problem' in target)
    return [
      {
        id,
        level: 'error',
        message: `SUVVY_WEBHOOK_URL: ${target.problem}`,
        hint: target.hint ?? null,
      },
    ];
  return [{ id, ...reachedFinding(target, `SUVVY_WEBHOOK_URL is ${target.url.href}`) }];
}

function reachedFinding({ url, addresses, listening }: TargetFacts, shown: string): Omit<DoctorFinding, 'id'> {
  if (addresses === null)
    return { level: 'ok', message: `${shown}: on another machine, so it was not tried`, hint: null };
  if (addresses.length === 0)
    return {
      level: 'error',
      message: `${shown}, but ${url.hostname} does not resolve`,
      hint: 'try 127.0.0.1 instead',
    };
  if (listening.length === 0) {
    const hint = 'start your receiver, or check which port it listens on';
    return { level: 'warning', message: `${shown}, but nothing listens there (${addresses.join(', ')})`, hint };
  }
  if (listening.length < addresses.length) {
    const deaf = addresses.filter((address) => !listening.includes(address));
    const hint = `${deaf.join(', ')} is localhost too: a client that tries only that gets no connection; ${listening[0]} in URLs is safe`;
    return { level: 'ok', message: `${shown}: something listens only on ${listening.join(', ')}`, hint };
  }
  return { level: 'ok', message: `${shown}: something listens on ${listening.join(' and ')}`, hint: null };
}

function hostPort(address: string, port: number): string {
  return `${hostInUrl(address)}:${port}`;
}
