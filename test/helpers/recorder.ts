import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { start, type Running } from './process.ts';

/** A real `listen --record` on a free port. */
export async function startRecorder(
  journal: string,
  flags: string[] = [],
): Promise<{ listen: Running; port: number; url: string }> {
  const listen = start(['listen', '--port', '0', '--record', journal, ...flags]);
  const [, url, port] = await listen.until(/listening on (http:\/\/127\.0\.0\.1:(\d+))/);
  return { listen, port: Number(port), url: url! };
}

/**
 * Posts numbered events over `connections` kept connections until the receiver is gone.
 * `acknowledged` holds the number of each event that was answered 2xx; `onAcknowledged` is told how many there are.
 */
export async function load(
  port: number,
  {
    connections = 16,
    from = 0,
    onAcknowledged,
  }: { connections?: number; from?: number; onAcknowledged(count: number): void },
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const acknowledged: number[] = [];
  let next = from;
  const worker = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      const status = await post(agent, port, number);
      if (status === null) return;
      if (status !== 200) continue;
      acknowledged.push(number);
      onAcknowledged(acknowledged.length);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return acknowledged;
}

/** The numbers of the events that stand in a journal as whole lines, and how many lines are no JSON. */
export function recorded(journal: string): { numbers: Set<number>; broken: number } {
  const numbers = new Set<number>();
  let broken = 0;
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      numbers.add(JSON.parse(JSON.parse(line).body).n);
    } catch {
      broken += 1;
    }
  }
  return { numbers, broken };
}

/** A round of the promise P1: load, `kill -9` in the midst of it, and what was acknowledged against what is there. */
export async function killRound(
  journal: string,
  round: number,
): Promise<{ acknowledged: number; recorded: number; lost: number[]; broken: number }> {
  const { listen, port } = await startRecorder(journal);
  const killAfter = 200 + 137 * round;
  const acknowledged = await load(port, {
    from: round * 1_000_000,
    onAcknowledged(count) {
      if (count === killAfter) listen.child.kill('SIGKILL');
    },
  });
  await listen.exited;
  const { numbers, broken } = recorded(journal);
  const mine = [...numbers].filter((number) => Math.floor(number / 1_000_000) === round);
  return {
    acknowledged: acknowledged.length,
    recorded: mine.length,
    lost: acknowledged.filter((number) => !numbers.has(number)),
    broken,
  };
}

function post(agent: Agent, port: number, number: number): Promise<number | null> {
  const body = `{"event_type":"test_request","n":${number}}`;
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    request({ agent, port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      // The head decides, as it does for Suvvy.
      resolve(response.statusCode ?? null);
      response.on('error', () => {}).resume();
    })
      .on('error', () => resolve(null))
      .end(body);
  });
}
