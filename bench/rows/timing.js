import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bin, has, median, number, root, serve } from '../measure.js';
import { watchWire } from '../wire.js';

export const title = 'timing';

const rounds = 5;
const kinds = [
  { ms: 5, atOnce: 1, times: 100, goal: '<= 0.3 / 1 ms' },
  { ms: 5, atOnce: 16, times: 8, load: [1000, 10_000], goal: '<= 0.5 / 3 ms' },
  { ms: 5, atOnce: 64, times: 4, load: [1000, 10_000], goal: '–' },
  { ms: 50, atOnce: 1, times: 20, goal: '–' },
  { ms: 50, atOnce: 64, times: 3, load: [1000], goal: '–' },
  { ms: 500, atOnce: 1, times: 4, goal: '–' },
  { ms: 500, atOnce: 64, times: 2, load: [256], goal: '–' },
];
const freshTimes = 6;
const body = JSON.stringify({ event_type: 'new_messages', new_messages: [{ type: 'text', text: 'x'.repeat(400) }] });
const execute = promisify(execFile);
const withCurl = has('curl');

/** How far what is reported is off what was on the wire: by `deliver`, by a load, and by curl. */
export async function measure() {
  const receiver = await serve([join(root, 'bench/slow-receiver.js')]);
  const wire = await watchWire(Number(new URL(receiver.url).port));
  try {
    const measured = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await measureOnce(receiver.url));
    const onWire = wire && (await wire.read());
    const truth = onWire ? 'the wire' : "the receiver's own clock, for want of tcpdump";
    const errors = (key, figure) =>
      measured.map((samples) => errorsOf(samples[key] ?? [], figure, onWire)).filter((some) => some.length > 0);
    return [
      ...kinds.map(({ ms, atOnce, goal }) => ({
        what: `error of the reported wait against ${truth}, ${ms} ms receiver, ${named(atOnce)}: p50 / p99`,
        goal,
        got: ['deliver', 'curl'].flatMap((who) => spreadOf(who, errors(`${who} ${ms} ${atOnce}`, 'waitMs'))).join(', '),
      })),
      ...kinds.flatMap(({ ms, atOnce, load, goal }) =>
        (load ?? []).map((total) => ({
          what: `error of the p50 / p99 that a load of ${total.toLocaleString('en-US')} says, ${ms} ms receiver, ${named(atOnce)}`,
          goal,
          got: onWire
            ? loadErrors(
                measured.map((samples) => samples[loadKey(ms, atOnce, total)]),
                onWire,
              )
            : '–',
        })),
      ),
      {
        what: `error of the first total of a fresh process against ${truth}, 5 ms receiver: p50`,
        goal: "<= curl's + 1 ms",
        got: ['send', 'curl']
          .map((who) => `${who} ${number(quantile(errors(`fresh ${who}`, 'totalMs').flat(), 0.5))} ms`)
          .join(', '),
      },
    ];
  } finally {
    await wire?.stop();
    await receiver.stop();
  }
}

const named = (atOnce) => (atOnce === 1 ? 'one at a time' : `${atOnce} at once`);

/** Medians of the rounds. */
function spreadOf(who, perRound) {
  if (perRound.length === 0) return [];
  const [half, most] = [0.5, 0.99].map((share) => median(perRound.map((errors) => quantile(errors, share))));
  return [`${who} ${number(half)} / ${number(most)} ms`];
}

/** Side by side, so that a noisy minute hits all of them: samples by who took them. */
async function measureOnce(origin) {
  const samples = {};
  for (const { ms, atOnce, times, load } of kinds) {
    const url = `${origin}/${ms}`;
    samples[`deliver ${ms} ${atOnce}`] = await again(times, () => byDeliver(url, atOnce));
    for (const total of load ?? []) samples[loadKey(ms, atOnce, total)] = await byLoad(url, atOnce, total);
    samples[`curl ${ms} ${atOnce}`] = await again(times, () => byCurl(url, atOnce));
  }
  samples['fresh send'] = await again(freshTimes, () => bySend(`${origin}/5`));
  samples['fresh curl'] = await again(freshTimes, () => byCurl(`${origin}/5`, 1));
  return samples;
}

async function again(times, measureSome) {
  const samples = [];
  for (let time = 0; time < times; time += 1) samples.push(...(await measureSome()));
  return samples;
}

async function byDeliver(url, atOnce) {
  const { createPayload, createTurnClock, deliver } = await import('../../dist/index.js');
  const payload = createPayload({ name: 'timing', body, secret: 'bench-secret' });
  const clock = createTurnClock();
  const outcomes = await Promise.all(Array.from({ length: atOnce }, () => deliver(payload, { url, clock })));
  return outcomes.map(({ response, timing }) => sample(Object.fromEntries(response.headers), timing));
}

const loadKey = (ms, atOnce, total) => `load ${ms} ${atOnce} ${total}`;

/** What a load says of its latency, and the numbers of its answers. */
async function byLoad(url, atOnce, total) {
  const before = await answersSoFar(url);
  const [{ latencyMs }] = await send(url, ['--concurrency', String(atOnce), '--repeat', String(total)]);
  return { latencyMs, answers: Array.from({ length: total }, (_, index) => before + 1 + index) };
}

async function answersSoFar(url) {
  const { headers } = await fetch(new URL('/0', url), { method: 'POST', body });
  return Number(headers.get('X-Answer'));
}

/** How far the said quantiles are off those of the wire: medians of the rounds. */
function loadErrors(loads, onWire) {
  const errorOf = (name, share) =>
    median(
      loads.map(({ latencyMs, answers }) => {
        const truth = answers.flatMap((answer) => onWire.get(answer)?.latencyMs ?? []);
        return Math.abs(latencyMs[name] - quantile(truth, share));
      }),
    );
  return `${number(errorOf('p50', 0.5))} / ${number(errorOf('p99', 0.99))} ms`;
}

async function send(url, flags) {
  const args = ['send', 'fixture', 'text', '--secret', 'bench-secret', '--json', '--url', url, ...flags];
  const { stdout } = await execute(process.execPath, [bin, ...args], { maxBuffer: 1 << 28 });
  return stdout.trim().split('\n').map(JSON.parse);
}

async function bySend(url) {
  const lines = await send(url, []);
  return lines.filter(({ type }) => type === 'delivery').map((line) => sample(line.response.headers, line.timing));
}

async function byCurl(url, atOnce) {
  if (!withCurl) return [];
  const written = '%header{x-answer} %header{x-took} %{time_pretransfer} %{time_starttransfer} %{time_total}\\n';
  const flags = ['-sS', '-w', written, '--json', body];
  if (atOnce > 1) flags.push('--parallel', '--parallel-immediate', '--parallel-max', String(atOnce));
  const targets = Array.from({ length: atOnce }, () => ['-o', '/dev/null', url]).flat();
  const { stdout } = await execute('curl', [...flags, ...targets]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [answer, took, sent, first, total] = line.split(' ').map(Number);
      return sample({ 'X-Answer': answer, 'X-Took': took }, { waitMs: (first - sent) * 1000, totalMs: total * 1000 });
    });
}

const sample = (headers, { waitMs, totalMs }) => ({
  answer: Number(headers['X-Answer']),
  tookMs: Number(headers['X-Took']),
  waitMs,
  totalMs,
});

/** In milliseconds, whatever the sign; without those that the wire's capture missed. */
function errorsOf(samples, figure, onWire) {
  return samples.flatMap((one) => {
    const truth = onWire ? onWire.get(one.answer)?.[figure] : one.tookMs;
    return truth === undefined ? [] : [Math.abs(one[figure] - truth)];
  });
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
