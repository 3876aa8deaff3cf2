import type { Delivery } from '../../delivery/attempt.ts';
import type { Payload } from '../../delivery/payload.ts';
import { deliveryRecord } from '../../delivery/record.ts';
import { ExitCode } from '../../errors.ts';
import type { AssetServer } from '../../fixtures/asset-server.ts';
import type { Interrupt, Style } from '../../host.ts';
import { isLoopback, reachOf } from '../../http/address.ts';
import { runLoad, type LoadOptions, type LoadResult } from '../../load/run.ts';
import { loadSummary } from '../../load/summary.ts';
import { width } from '../../text/layout.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { composeParcel, payloadOf, type Parcel, type Run } from './draft.ts';
import { deliveryLines, targetLine } from './lines.ts';
import { createLoadProgress } from './load-progress.ts';
import { loadTable } from './load-table.ts';

const defaultConcurrency = 10;

/** Delivers the parcels again and again over kept connections, and shows what it came to. */
export async function deliverLoad(parcels: readonly Parcel[], assets: AssetServer | null, run: Run): Promise<ExitCode> {
  const { host, options, secret, url } = run;
  const talk = talker(host, options);
  const style = await host.style(host.stdout, options);
  if (!options.json) talk(targetLine(url, secret));
  const payloads = await composeAll(parcels, assets, run);
  if (assets && reachOf(url) !== 'loopback' && isLoopback(assets.address))
    talk('! file links point to this machine, which the receiver cannot reach: give --file-base-url, or --asset-host');

  const progress = await createLoadProgress(host, options);
  const result = await runLoad({
    ...loadOptions(payloads, run),
    onDelivery: options.verbose ? (delivery) => show(delivery, parcels, run, style) : undefined,
    onProgress: progress?.update,
  }).finally(() => progress?.end());

  const { concurrency = defaultConcurrency, rate = null, maxErrorRate = null } = options;
  const summary = loadSummary(result, { concurrency, perSecond: rate, maxErrorRate });
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else host.stdout.write(`${loadTable(summary, style).join('\n')}\n`);
  return exitCodeOfLoad(result, maxErrorRate, host.signal);
}

function loadOptions(payloads: readonly Payload[], { options, url, ca, host }: Run): LoadOptions {
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
async function composeAll(parcels: readonly Parcel[], assets: AssetServer | null, run: Run): Promise<Payload[]> {
  const payloads: Payload[] = [];
  for (const parcel of parcels) {
    const composed = await composeParcel(parcel, run, assets ? (files) => assets.lease(files).urls : undefined);
    payloads.push(payloadOf(composed, parcel, run.secret, run.options));
  }
  return payloads;
}

function show(delivery: Delivery, parcels: readonly Parcel[], { host, options, secret }: Run, style: Style): void {
  const nameWidth = Math.min(40, Math.max(...parcels.map(({ name }) => width(safeLine(name)))));
  const lines = options.json
    ? [jsonLine(deliveryRecord(delivery, secret))]
    : deliveryLines(delivery, { style, nameWidth, secret, verbose: true });
  host.stdout.write(`${lines.join('\n')}\n`);
}

/** Pure: how a load ends. With a limit of its own the error rate decides, instead of any failure. */
export function exitCodeOfLoad(result: LoadResult, maxErrorRate: number | null, signal: AbortSignal): ExitCode {
  const { judged, passed, connected } = result;
  if (judged > 0 && !connected) return ExitCode.unable;
  const failed = judged - passed;
  if (failed > 0 && (maxErrorRate === null || (failed / judged) * 100 > maxErrorRate)) return ExitCode.failed;
  return signal.aborted ? (signal.reason as Interrupt).exitCode : ExitCode.ok;
}
