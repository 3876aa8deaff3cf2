import { join } from 'node:path';
import { bin, median, number, peer, root, run, serve } from '../measure.js';

export const title = 'load mode';

const requests = 100_000;
const connections = 32;

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  const ours = [process.execPath, bin, 'send', 'fixture', 'test_request', '--secret', 'bench-secret', '--json'];
  ours.push('--repeat', String(requests), '--concurrency', String(connections), '--url', receiver.url);
  const cannon = [
    process.execPath,
    join(peer('autocannon'), 'autocannon.js'),
    '-a',
    String(requests),
    '-c',
    String(connections),
  ];
  cannon.push('-m', 'POST', '-H', 'content-type=application/json', '-H', 'authorization=Bearer bench-secret');
  cannon.push('-b', '{"event_type":"test_request"}', receiver.url);
  try {
    const pairs = Array.from({ length: 6 }, () => [run(ours), run(cannon)]).slice(1);
    const of = (side, figure) => median(pairs.map((pair) => pair[side][figure]));
    return [
      {
        what: `${requests.toLocaleString('en-US')} deliveries, ${connections} connections, whole process: rate`,
        goal: '>= 1 x autocannon',
        got: `${number(of(1, 'wall') / of(0, 'wall'))} x`,
      },
      { what: 'the same: CPU a request', goal: '<= 0.9 x autocannon', got: `${number(of(0, 'cpu') / of(1, 'cpu'))} x` },
    ];
  } finally {
    await receiver.stop();
  }
}
