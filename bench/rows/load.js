import { join } from 'node:path';
import { bin, factor, has, median, peer, root, run, serve, spread } from '../measure.js';

export const title = 'load mode';

const requests = 100_000;
const connections = 32;
const rounds = 9;

const body = '{"event_type":"test_request"}';

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  try {
    const sides = { ours: sendWith(receiver.url), autocannon: autocannonWith(receiver.url) };
    if (has('hey')) sides.hey = heyWith(receiver.url);
    return rows(inTurn(sides));
  } finally {
    await receiver.stop();
  }
}

/** What each side took, round by round: a slow minute of the machine slows all of them. The first round only warms up. */
function inTurn(sides) {
  const round = () => Object.fromEntries(Object.entries(sides).map(([name, command]) => [name, run(command)]));
  const all = Array.from({ length: rounds + 1 }, round).slice(1);
  for (const { ours } of all)
    if (JSON.parse(ours.stdout).delivered !== requests) throw new Error(`not all were delivered: ${ours.stdout}`);
  return all;
}

function rows(all) {
  const what = `${requests.toLocaleString('en-US')} deliveries, ${connections} connections, whole process`;
  const rate = (peerName) => ratio(all, ({ ours, [peerName]: theirs }) => [theirs.wall, ours.wall]);
  const cpu = ratio(all, ({ ours, autocannon: theirs }) => [ours.cpu, theirs.cpu]);
  const found = [
    { what: `${what}: rate`, goal: '>= 1 x autocannon', got: factor(rate('autocannon')) },
    { what: 'the same: CPU a request', goal: '<= 0.9 x autocannon', got: factor(cpu) },
  ];
  if ('hey' in all[0]) found.push({ what: 'the same: rate', goal: '>= 1 x hey', got: factor(rate('hey')) });
  return found;
}

/** The ratio of the medians, and how far that of a single round is off. */
function ratio(all, pairOf) {
  const pairs = all.map(pairOf);
  const [above, below] = [0, 1].map((side) => median(pairs.map((pair) => pair[side])));
  return { ...spread(pairs.map(([one, other]) => one / other)), ratio: above / below };
}

function sendWith(url) {
  const flags = ['--repeat', requests, '--concurrency', connections, '--secret', 'bench-secret', '--json'];
  return [process.execPath, bin, 'send', 'fixture', 'test_request', ...flags, '--url', url].map(String);
}

function autocannonWith(url) {
  const script = join(peer('autocannon'), 'autocannon.js');
  const headers = ['-H', 'content-type=application/json', '-H', 'authorization=Bearer bench-secret'];
  const flags = ['-a', requests, '-c', connections, '-m', 'POST', ...headers, '-b', body];
  return [process.execPath, script, ...flags, url].map(String);
}

function heyWith(url) {
  const flags = ['-n', requests, '-c', connections, '-m', 'POST', '-T', 'application/json', '-d', body];
  return ['hey', ...flags, '-H', 'authorization: Bearer bench-secret', url].map(String);
}
