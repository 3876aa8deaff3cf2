import { get } from 'node:http';
import { defaultChatId } from '../contract/limits.ts';
import { attempt } from '../delivery/attempt.ts';
import { createPayload } from '../delivery/payload.ts';
import { ExitCode } from '../errors.ts';
import { createAssetServer, type AssetLease, type AssetServer } from '../fixtures/asset-server.ts';
import { composeFixture } from '../fixtures/compose.ts';
import { loadFixtures, type Fixture } from '../fixtures/load.ts';
import { createReceiver } from '../receiver/create-receiver.ts';
import type { Received } from '../receiver/inspect.ts';
import { cardLines } from '../render/card.ts';
import { deliveryLines } from '../render/delivery.ts';
import { deliveryRecord } from '../render/delivery-record.ts';
import { width } from '../render/text.ts';
import { talker, type Context, type GlobalOptions, type Register } from './context.ts';

const secret = 'demo-secret';

export const registerDemo: Register = (program, context) => {
  const command = program
    .command('demo')
    .summary('a receiver and the five deliveries in one process: both sides, no set-up')
    .description("Deliver the five events of Suvvy's page to a receiver in the same process, and show both sides.")
    .addHelpText('after', '\nExamples:\n  $ suvvy-hook demo');
  command.action(async () => context.finish(await demo(command.optsWithGlobals<GlobalOptions>(), context)));
};

async function demo(options: GlobalOptions, { host }: Context): Promise<ExitCode> {
  const style = await host.style(host.stdout, options);
  const arrivals = createArrivals();
  const view = { style, secret, verbose: options.verbose ?? false };
  const receiver = createReceiver({
    secret,
    clock: host.clock,
    onReceived(received, answer) {
      arrivals.add(cardLines(received, answer, view));
      downloadFiles(received);
    },
  });
  const { url } = await receiver.listen({ port: 0, host: '127.0.0.1' });
  const assets = await createAssetServer();
  const fixtures = await loadFixtures([]);
  const nameWidth = Math.max(...fixtures.map(({ name }) => width(name)));
  let failed = false;
  try {
    talker(host, options)(`a receiver on ${url}, and what Suvvy would send to it:\n`);
    for (const fixture of fixtures) {
      const delivery = await deliverFixture(fixture, url, assets, host.signal);
      failed ||= !delivery.verdict.passed;
      const sent = deliveryLines(delivery, { ...view, nameWidth, verbose: false });
      const lines = options.json
        ? [JSON.stringify(deliveryRecord(delivery, secret))]
        : [style.dim('the receiver'), ...(await arrivals.next()), style.dim('the sender'), ...sent, ''];
      host.stdout.write(`${lines.join('\n')}\n`);
    }
  } finally {
    await Promise.all([receiver.close(), assets.close()]);
  }
  talker(
    host,
    options,
  )('Next: suvvy-hook listen in one terminal, suvvy-hook send fixture --url http://127.0.0.1:8080/ in another.');
  return failed ? ExitCode.failed : ExitCode.ok;
}

/** Cards in the order of arrival: the sender may be done before the receiver has shown its own. */
function createArrivals() {
  const cards: string[][] = [];
  let onCard: () => void = () => {};
  return {
    add(lines: string[]): void {
      cards.push(lines);
      onCard();
    },
    async next(): Promise<string[]> {
      while (cards.length === 0) await new Promise<void>((resolve) => (onCard = resolve));
      return cards.shift()!;
    },
  };
}

async function deliverFixture(fixture: Fixture, url: string, assets: AssetServer, signal: AbortSignal) {
  const lease: { files: AssetLease | null } = { files: null };
  const { name, body, files } = await composeFixture(fixture, {
    chatId: defaultChatId,
    link: (served) => (lease.files = assets.lease(served)).urls,
  });
  const wait = files.length > 0 ? { files: lease.files, expectFetchMs: 5000 } : {};
  return attempt(createPayload({ name, body, secret }), { url, signal, ...wait });
}

/** What a good receiver does after it has answered: fetch the files while their links are good. */
function downloadFiles({ parsed }: Received): void {
  if (!parsed?.ok || !parsed.known || parsed.event.event_type !== 'new_messages') return;
  for (const { file } of parsed.event.new_messages)
    if (file) get(file.url, (response) => response.resume()).on('error', () => {});
}
