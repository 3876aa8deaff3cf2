import { join } from 'node:path';
import { bin, number, root, run, serve, spread, versus } from '../measure.js';

export const title = 'check';

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  try {
    const command = [process.execPath, bin, 'check', receiver.url, '--secret', 'bench-secret', '--report', 'json'];
    const runs = Array.from({ length: 6 }, () => run(command)).slice(1);
    const { median, min, max } = spread(runs.map(({ wall }) => wall));
    const { summary, cases } = JSON.parse(runs[0].stdout);
    if (summary.exitCode !== 0) throw new Error('the receiver of the bench did not pass');
    const requests = cases.reduce((sum, one) => sum + one.requests.length, 0);
    const bare = [process.execPath, join(root, 'bench/bare-sender.js'), receiver.url, String(requests)];
    return [
      {
        what: `default profile, ${requests} requests, a receiver that answers at once`,
        goal: '<= 2.5 s',
        got: `${number(median)} s (${number(min)} to ${number(max)})`,
      },
      { what: 'the same', goal: `<= 1.4 x ${requests} bare node:http requests`, got: versus(command, bare) },
    ];
  } finally {
    await receiver.stop();
  }
}
