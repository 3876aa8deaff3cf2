import { join } from 'node:path';
import { bin, factor, median, root, run, serve, spread } from '../measure.js';

export const title = 'a payload of its own for each request';

const requests = 100_000;
const rounds = 9;

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  try {
    const pairs = Array.from({ length: rounds + 1 }, () => [
      run(sendWith(receiver.url, 'order {{n}} {{uuid}}', 'load-{{n%100}}')),
      run(sendWith(receiver.url, 'order 50000 cb3ae2fc-3ba2-4f04-8352-94a0ed5bd0f4', 'load-50')),
    ]).slice(1);
    for (const { stdout } of pairs.flat())
      if (JSON.parse(stdout).delivered !== requests) throw new Error(`not all were delivered: ${stdout}`);
    return [
      {
        what: `${requests.toLocaleString('en-US')} deliveries, {{n}}, {{uuid}} and {{n%100}}: rate`,
        goal: '>= 0.9 x a fixed payload',
        got: factor(ratio(pairs, (own, fixed) => [fixed.wall, own.wall])),
      },
      {
        what: 'the same: CPU a request',
        goal: '<= 1.1 x a fixed payload',
        got: factor(ratio(pairs, (own, fixed) => [own.cpu, fixed.cpu])),
      },
    ];
  } finally {
    await receiver.stop();
  }
}

function ratio(pairs, figuresOf) {
  const figures = pairs.map(([own, fixed]) => figuresOf(own, fixed));
  const [above, below] = [0, 1].map((side) => median(figures.map((pair) => pair[side])));
  return { ...spread(figures.map(([one, other]) => one / other)), ratio: above / below };
}

function sendWith(url, text, chatId) {
  const flags = ['--repeat', requests, '--concurrency', 32, '--secret', 'bench-secret', '--json', '--chat-id', chatId];
  return [
    process.execPath,
    bin,
    'send',
    'fixture',
    'text',
    '--set',
    `new_messages[0].text=${text}`,
    ...flags,
    '--url',
    url,
  ].map(String);
}
