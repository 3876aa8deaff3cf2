import { join } from 'node:path';
import { bin, number, root, run, serve, spread } from '../measure.js';

export const title = 'check';

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  try {
    const command = [process.execPath, bin, 'check', receiver.url, '--secret', 'bench-secret', '--report', 'json'];
    const runs = Array.from({ length: 6 }, () => run(command)).slice(1);
    const { median, min, max } = spread(runs.map(({ wall }) => wall));
    const { summary } = JSON.parse(runs[0].stdout);
    if (summary.exitCode !== 0) throw new Error('the receiver of the bench did not pass');
    const requests = JSON.parse(runs[0].stdout).cases.reduce((sum, one) => sum + one.requests.length, 0);
    const what = `default profile, ${requests} requests, a receiver that answers at once`;
    return [{ what, goal: '<= 2.5 s', got: `${number(median)} s (${number(min)} to ${number(max)})` }];
  } finally {
    await receiver.stop();
  }
}
