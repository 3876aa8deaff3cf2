import { get } from 'node:http';
import { deliverFixture } from '../library/deliver.ts';
import { deliveryRecord } from '../delivery/record.ts';
import { createDeliveryCounter, exitCodeOf } from '../delivery/summary.ts';
import type { ExitCode } from '../errors.ts';
import { pageFixtures } from '../fixtures/list.ts';
import type { Arrival } from '../library/arrival.ts';
import { startReceiver, type RunningReceiver } from '../library/start-receiver.ts';
import { cardLines } from '../sinks/card.ts';
import { width } from '../text/layout.ts';
import { jsonLine } from '../text/safe.ts';
import { talker, type Context, type GlobalOptions, type Register } from './context.ts';
import { redactorOf } from './guard.ts';
import { deliveryLines } from './delivering/lines.ts';

const secret = 'demo-secret';

export const registerDemo: Register = (command, context) => {
  command
    .description("Deliver the five events of Suvvy's page to a receiver in the same process, and show both sides.")
    .addHelpText('after', '\nExamples:\n  $ suvvy-hook demo');
  command.action(async () => context.finish(await demo(command.optsWithGlobals<GlobalOptions>(), context)));
};

async function demo(options: GlobalOptions, { host }: Context): Promise<ExitCode> {
  const style = await host.style(host.stdout, options);
  const talk = talker(host, options);
  host.secrets.add(secret);
  const redact = redactorOf(host);
  const view = { style, secret, redact, verbose: options.verbose ?? false };
  const nameWidth = Math.max(...pageFixtures.map(width));
  const receiver = await startReceiver({ secret });
  const counter = createDeliveryCounter();
  try {
    talk(`a receiver on ${receiver.url}, and what Suvvy would send to it:\n`);
    for (const name of pageFixtures) {
      if (host.signal.aborted) break;
      const arriving = nextArrival(receiver);
      const delivery = await deliverFixture(name, {
        url: receiver.url,
        secret,
        signal: host.signal,
        expectFetchMs: 5000,
      });
      counter.add(delivery.outcome, delivery.verdict);
      // If the delivery ended without an answer, the event may never have arrived: do not wait for its card.
      const arrival = delivery.outcome.response ? await arriving : null;
      const card = arrival ? cardLines(arrival.received, arrival, view) : [];
      const sent = deliveryLines(delivery, { ...view, nameWidth, verbose: false, files: true });
      const lines = options.json
        ? [jsonLine(deliveryRecord(delivery, redact))]
        : [style.dim('the receiver'), ...card, style.dim('the sender'), ...sent, ''];
      host.stdout.write(`${lines.join('\n')}\n`);
    }
  } finally {
    await receiver.close();
  }
  talk('Next: npx suvvy-hook listen in one terminal, and in another');
  talk('      npx suvvy-hook send fixture --url http://127.0.0.1:8080/');
  return exitCodeOf(counter.read(), { signal: host.signal });
}

/**
 * Does what a good receiver does after its answer: fetches the files while their links work. Null if nothing arrived.
 */
async function nextArrival(receiver: RunningReceiver): Promise<Arrival | null> {
  const arrival = await receiver.waitFor(() => true).catch(() => null);
  if (!arrival) return null;
  const { parsed } = arrival.received;
  if (parsed?.ok && parsed.known && parsed.event.event_type === 'new_messages')
    for (const { file } of parsed.event.new_messages)
      if (file) get(file.url, (response) => response.resume()).on('error', () => {});
  return arrival;
}
