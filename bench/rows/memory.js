import { readFileSync } from 'node:fs';
import { cannon, number, serveListen } from '../measure.js';

export const title = 'memory of listen --json --record';

const body = '{"event_type":"new_messages","new_messages":[{"type":"text","message_sender":"ai","text":"Hello!"}]}';

export async function measure() {
  const listen = await serveListen(['--json', '--record', '/dev/null']);
  const rssMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${listen.pid}/status`, 'utf8'))[1]) / 1024;
  try {
    let events = 0;
    let start = 0;
    const curve = [];
    while (events < 1_000_000) {
      events += cannon(listen.url, { body, connections: 32, seconds: 5 }).perSecond * 5;
      start ||= rssMb();
      curve.push(`${Math.round(events / 1000)}k: ${Math.round(rssMb())} MB`);
    }
    const end = rssMb();
    return [
      {
        what: `1,000,000 events (${curve.join(', ')})`,
        goal: 'growth <= 1.15 x, <= 130 MB',
        got: `${number(end / start)} x, ${Math.round(end)} MB`,
      },
    ];
  } finally {
    await listen.stop();
  }
}
