import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { cannon, number, root, serve, serveCommand } from '../measure.js';

export const title = 'memory over 1,000,000 events';

const events = 1_000_000;
const chunkSeconds = 5;
const flags = ['--json', '--record', '/dev/null'];

const newMessages = {
  event_type: 'new_messages',
  new_messages: [{ type: 'text', message_sender: 'ai', text: 'Hello!' }],
};

/** What a customer writes. autocannon makes each id. */
const customerMessage = {
  api_version: 1,
  message_id: '[<id>]',
  chat_id: 'chat-[<id>]',
  message_sender: 'customer',
  source: 'Telegram',
  text: 'Hello!',
};

export async function measure() {
  const webhook = await serve([join(root, 'bench/bare-receiver.js')]);
  const mock = [...flags, '--url', webhook.url, '--secret', 'bench-secret'];
  try {
    return [
      await row('listen', flags, toListen),
      await row('listen', [...flags, '--ui=0'], toListen),
      await row('mock', mock, toMock),
      await row('mock', [...mock, '--ui=0'], toMock),
    ];
  } finally {
    await webhook.stop();
  }
}

const toListen = (served) => cannon(served.url, shot(newMessages)).total;

/** A message, and the reply to it, which the bot has delivered: two events. */
const toMock = (served) =>
  2 * cannon(served.endpoint, { ...shot(customerMessage), headers: ['authorization: Bearer any'] }).total;

const shot = (body) => ({ body: JSON.stringify(body), connections: 32, seconds: chunkSeconds });

async function row(command, args, send) {
  const served = await serveCommand(command, args);
  const page = served.ui ? look(served.ui) : null;
  try {
    const curve = [];
    for (let sent = 0; sent < events;) {
      sent += send(served);
      curve.push({ sent, mb: rssMb(served.pid) });
    }
    const [start, end] = [curve[0].mb, curve.at(-1).mb];
    const points = curve.map(({ sent, mb }) => `${Math.round(sent / 1000)}k: ${Math.round(mb)}`);
    return {
      what: `${command} ${args.filter((arg) => /^--(json|record|ui)/.test(arg)).join(' ')}${page ? ', read by a page' : ''} (${points.join(', ')} MB)`,
      goal: 'growth <= 1.15 x, <= 130 MB',
      got: `${number(end / start)} x, ${Math.round(end)} MB${page ? `, ${page.read()} events read` : ''}`,
    };
  } finally {
    page?.close();
    await served.stop();
  }
}

/** Reads what the page of a run reads, as long as it is open. */
function look(ui) {
  const { origin, hash } = new URL(ui);
  const token = new URLSearchParams(hash.slice(1)).get('token');
  let read = 0;
  const stream = request(`${origin}/v1/stream`, { headers: { authorization: `Bearer ${token}` } }, (res) => {
    res.setEncoding('utf8').on('data', (text) => (read += text.split('\nid: ').length - 1));
  });
  stream.on('error', () => {}).end();
  return { read: () => read, close: () => stream.destroy() };
}

function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
