import type { Delivery } from '../../delivery/attempt.ts';
import { createPayload, type Payload } from '../../delivery/payload.ts';
import { deliveryRecord } from '../../delivery/record.ts';
import { exitCodeOf } from '../../delivery/summary.ts';
import type { ExitCode } from '../../errors.ts';
import type { AssetServer } from '../../fixtures/asset-server.ts';
import { linksBelow } from '../../fixtures/compose.ts';
import type { Style } from '../../host.ts';
import { isLoopback, reachOf } from '../../http/address.ts';
import { runLoad, type LoadOptions } from '../../load/run.ts';
import { loadSummary } from '../../load/summary.ts';
import { jsonLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { redactorOf } from '../guard.ts';
import { composeDraft, requestOf, type DeliveryRun, type DraftSource } from './draft.ts';
import { deliveryLines, targetLine } from './lines.ts';
import { createLoadProgress } from './load-progress.ts';
import { loadTable } from './load-table.ts';

const defaultConcurrency = 10;

/** Delivers each draft again and again over kept connections, and shows what it came to. */
export async function deliverLoad(
  sources: readonly DraftSource[],
  { assets, nameWidth }: { assets: AssetServer | null; nameWidth: number },
  run: DeliveryRun,
): Promise<ExitCode> {
  const { host, options, secret, url } = run;
  const talk = talker(host, options);
  const style = await host.style(host.stdout, options);
  if (!options.json) talk(targetLine(url, secret, options.chatId));
  const payloads = await composeAll(sources, assets, run);
  if (assets && reachOf(url) !== 'loopback' && isLoopback(assets.address))
    talk('! file links point to this machine, which the receiver cannot reach: give --file-base-url, or --asset-host');

  const progress = await createLoadProgress(host, options);
  const result = await runLoad({
    ...loadOptions(payloads, run),
    onDelivery: options.verbose ? (delivery) => show(delivery, nameWidth, run, style) : undefined,
    onProgress: progress?.update,
  }).finally(() => progress?.end());

  const { concurrency = defaultConcurrency, rate = null, maxErrorRate = null } = options;
  const summary = loadSummary(result, { concurrency, perSecond: rate, maxErrorRate });
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else host.stdout.write(`${loadTable(summary, style).join('\n')}\n`);
  return exitCodeOf(result, { maxErrorRate, signal: host.signal });
}

function loadOptions(payloads: readonly Payload[], { options, url, ca, host }: DeliveryRun): LoadOptions {
  const { concurrency = defaultConcurrency, duration, repeat } = options;
  const endless = duration !== undefined && repeat === undefined;
  return {
    url,
    payloads,
    concurrency,
    total: endless ? undefined : (repeat ?? 1) * payloads.length,
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

/** Each body once: its files keep their links for the whole load. */
async function composeAll(
  sources: readonly DraftSource[],
  assets: AssetServer | null,
  run: DeliveryRun,
): Promise<Payload[]> {
  const payloads: Payload[] = [];
  for (const source of sources) {
    const draft = await composeDraft(source, run);
    const { files } = draft;
    const urls = assets && files.length > 0 ? assets.lease(files).urls : linksBelow(run.options.fileBaseUrl, files);
    payloads.push(createPayload({ ...requestOf(source, run), name: draft.name, body: draft.body(urls) }));
  }
  return payloads;
}

function show(delivery: Delivery, nameWidth: number, { host, options, secret }: DeliveryRun, style: Style): void {
  const redact = redactorOf(host);
  const lines = options.json
    ? [jsonLine(deliveryRecord(delivery, redact))]
    : deliveryLines(delivery, { style, nameWidth, secret, redact, verbose: true });
  host.stdout.write(`${lines.join('\n')}\n`);
}
