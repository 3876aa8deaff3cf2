import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
  const curve = [];
  let read = '';
  try {
    for (let sent = 0; sent < events;) {
      sent += send(served);
      curve.push({ sent, mb: rssMb(served.pid) });
    }
  } finally {
    if (page) read = `, of which a page read ${await page.close()}`;
    await served.stop();
  }
  const [start, end] = [curve[0].mb, curve.at(-1).mb];
  const shown = curve.filter(
    (_, index) => index === 0 || index === curve.length - 1 || index % Math.ceil(curve.length / 10) === 0,
  );
  const points = shown.map(({ sent, mb }) => `${Math.round(sent / 1000)}k: ${Math.round(mb)}`);
  const named = args.filter((arg) => /^--(json|record|ui)/.test(arg)).join(' ');
  return {
    what: `\`${command} ${named}\`${read} (${points.join(', ')} MB)`,
    goal: 'growth <= 1.15 x, <= 130 MB',
    got: `${number(end / start)} x, ${Math.round(end)} MB, at most ${Math.round(Math.max(...curve.map(({ mb }) => mb)))}`,
  };
}

/** Reads what the page of a run reads, in a process of its own, and tells how many events came. */
function look(ui) {
  const reader = spawn(process.execPath, [join(root, 'bench/page-reader.js'), ui], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    async close() {
      reader.kill();
      return text(reader.stdout);
    },
  };
}

function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
