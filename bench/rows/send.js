import { join } from 'node:path';
import { bin, has, root, serve, versus } from '../measure.js';

export const title = 'one delivery';

// Short processes scatter: fewer pairs than this give another ratio each time.
const runs = 41;

export async function measure() {
  const receiver = await serve([join(root, 'bench/bare-receiver.js')]);
  const send = [process.execPath, bin, 'send', 'fixture', 'text', '--secret', 'bench-secret', '--url', receiver.url];
  try {
    const rows = [
      {
        what: '`send fixture text`, whole process',
        goal: '<= 1.5 x a bare node:http script',
        got: versus(send, [process.execPath, join(root, 'bench/bare-sender.js'), receiver.url], { runs }),
      },
    ];
    if (has('http'))
      rows.push({
        what: 'the same',
        goal: '<= 0.7 x httpie',
        got: versus(send, ['http', '--ignore-stdin', 'POST', receiver.url, 'event_type=test_request'], { runs }),
      });
    return rows;
  } finally {
    await receiver.stop();
  }
}
