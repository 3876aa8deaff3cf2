import type { Delivery } from '../../delivery/attempt.ts';
import { createPayload, type Payload } from '../../delivery/payload.ts';
import { deliveryRecord } from '../../delivery/record.ts';
import { exitCodeOf } from '../../delivery/summary.ts';
import type { ExitCode } from '../../errors.ts';
import type { AssetServer } from '../../fixtures/asset-server.ts';
import { linksBelow, type Draft } from '../../fixtures/compose.ts';
import { fillBody } from '../../fixtures/placeholders.ts';
import type { Style } from '../../host.ts';
import { isLoopback, reachOf } from '../../http/address.ts';
import { runLoad, type LoadOptions } from '../../load/run.ts';
import { loadSummary } from '../../load/summary.ts';
import { createStreamSupply, supplyOf, type PayloadSupply } from '../../load/supply.ts';
import { jsonLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { redactorOf } from '../guard.ts';
import {
  composeDraft,
  numberedDraft,
  requestOf,
  type DeliveryRun,
  type DraftSource,
  type DraftSources,
  type DraftSurvey,
} from './draft.ts';
import { deliveryLines, targetLine } from './lines.ts';
import { createLoadProgress } from './load-progress.ts';
import { loadTable } from './load-table.ts';

const defaultConcurrency = 10;

/** With bodies beyond so many bytes, drafts are composed while they are sent. Below it each is composed once. */
const keptBytes = 16 * 1024 * 1024;

/** What a draft takes besides its body, by and large. */
const draftBytes = 1024;

/** Delivers each draft again and again over kept connections, and shows what it came to. */
export async function deliverLoad(
  sources: DraftSources,
  { assets, ...survey }: DraftSurvey & { assets: AssetServer | null },
  run: DeliveryRun,
): Promise<ExitCode> {
  const { nameWidth, drafts } = survey;
  const { host, options, secret, url } = run;
  const talk = talker(host, options);
  const style = await host.style(host.stdout, options);
  if (!options.json) talk(targetLine(url, secret, options.chatId));
  const payloads = await supplyFor(sources, { assets, ...survey }, run);
  if (assets && reachOf(url) !== 'loopback' && isLoopback(assets.address))
    talk('! file links point to this machine, which the receiver cannot reach: give --file-base-url, or --asset-host');

  const progress = await createLoadProgress(host, options);
  const result = await runLoad({
    ...loadOptions(payloads, drafts, run),
    onDelivery: options.verbose ? (delivery) => show(delivery, nameWidth, run, style) : undefined,
    onProgress: progress?.update,
  }).finally(() => progress?.end());

  const { concurrency = defaultConcurrency, rate = null, maxErrorRate = null } = options;
  const summary = loadSummary(result, { concurrency, perSecond: rate, maxErrorRate });
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else host.stdout.write(`${loadTable(summary, style).join('\n')}\n`);
  return exitCodeOf(result, { maxErrorRate, signal: host.signal });
}

function loadOptions(payloads: PayloadSupply, drafts: number, { options, url, ca, host }: DeliveryRun): LoadOptions {
  const { concurrency = defaultConcurrency, duration, repeat } = options;
  const endless = duration !== undefined && repeat === undefined;
  return {
    url,
    payloads,
    concurrency,
    total: endless ? undefined : (repeat ?? 1) * drafts,
    durationMs: duration,
    perSecond: options.rate,
    timeoutMs: options.timeout,
    insecure: options.insecure,
    ca,
    signal: host.signal,
    status: options.expectStatus,
    maxTimeMs: options.maxTime,
  };
}

/** Files keep their links for the whole load; recorded events have none that we serve. */
async function supplyFor(
  sources: DraftSources,
  { assets, drafts, bytes }: DraftSurvey & { assets: AssetServer | null },
  run: DeliveryRun,
): Promise<PayloadSupply> {
  const makers = async function* (): AsyncGenerator<PayloadMaker> {
    for await (const source of sources) yield makerOf(source, await composeDraft(source, run), assets, run);
  };
  if (bytes + drafts * draftBytes <= keptBytes || Array.isArray(sources)) {
    const list: PayloadMaker[] = [];
    for await (const make of makers()) list.push(make);
    return supplyOf(list);
  }
  let n = 0;
  return createStreamSupply(async function* () {
    for await (const make of makers()) yield make((n += 1));
  });
}

/** Makes the payload of the request with this number. */
type PayloadMaker = (n: number) => Payload;

function makerOf(source: DraftSource, draft: Draft, assets: AssetServer | null, run: DeliveryRun): PayloadMaker {
  const { files } = draft;
  // Links of ours are the same for the whole load; copies elsewhere have one for each name.
  const urls =
    assets && files.length > 0
      ? assets.lease(numberedDraft(draft, 1, run).files).urls
      : linksBelow(run.options.fileBaseUrl, files);
  const payload = createPayload({ ...requestOf(source, run), name: draft.name, body: draft.body(urls) });
  const template = run.placeholders.compile(payload.body);
  return template ? (n) => ({ ...payload, body: fillBody(template, n) }) : () => payload;
}

function show(delivery: Delivery, nameWidth: number, { host, options, secret }: DeliveryRun, style: Style): void {
  const redact = redactorOf(host);
  const lines = options.json
    ? [jsonLine(deliveryRecord(delivery, redact))]
    : deliveryLines(delivery, { style, nameWidth, secret, redact, verbose: true });
  host.stdout.write(`${lines.join('\n')}\n`);
}
