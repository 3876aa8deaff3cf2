import { deadlineMs } from '../../contract/limits.ts';
import { attempt, type Delivery } from '../../delivery/attempt.ts';
import { deliveryRecord } from '../../delivery/record.ts';
import { resultOf, summarise, type DeliveryResult } from '../../delivery/summary.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { AssetLease, AssetServer, ServedFile } from '../../fixtures/asset-server.ts';
import { parseEdit } from '../../fixtures/edit.ts';
import { readInputFile } from '../../fixtures/read-input.ts';
import type { Host, Interrupt } from '../../host.ts';
import { isLoopback, reachOf } from '../../http/address.ts';
import { pause } from '../../http/until.ts';
import { width } from '../../text/layout.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { resolveSecret } from '../flags/secret.ts';
import { resolveTarget } from '../flags/target.ts';
import { showWaiting } from '../spinner.ts';
import type { DeliveryOptions } from './delivery-flags.ts';
import { composeParcel, payloadOf, type Parcel, type Parcels, type Run } from './draft.ts';
import { deliveryLines, summaryLines, targetLine } from './lines.ts';
import { checkLoad, isLoad } from './load-flags.ts';

/** Delivers the parcels one after the other, shows each as it ends, and tells how the run ends. */
export async function runDeliveries(parcels: Parcels, options: DeliveryOptions, host: Host): Promise<ExitCode> {
  const run: Run = {
    url: resolveTarget(options.url, host),
    secret: await resolveSecret(options, host),
    options,
    compose: { edits: (options.set ?? []).map(parseEdit) },
    ca:
      options.cacert === undefined
        ? undefined
        : (await readInputFile(options.cacert, { cwd: host.cwd })).toString('utf8'),
    host,
  };
  checkLoad(options, run.url);
  // What cannot be composed is found before anything is sent.
  const { nameWidth, needsFiles } = await survey(parcels, run);
  if (options.dryRun) return (await import('./dry-run.ts')).printDryRun(parcels, run);

  const assets = needsFiles ? await startAssets(options.assetHost, run) : null;
  try {
    // undici is loaded for a load alone: it takes longer to start than a delivery does.
    if (isLoad(options)) return await (await import('./load.ts')).deliverLoad(await listOf(parcels), assets, run);
    return await deliverAll(parcels, { assets, nameWidth }, run);
  } finally {
    await assets?.close();
  }
}

interface Means {
  assets: AssetServer | null;
  nameWidth: number;
}

/** Composes each parcel once, and forgets it again. */
async function survey(parcels: Parcels, run: Run): Promise<{ nameWidth: number; needsFiles: boolean }> {
  let nameWidth = 0;
  let needsFiles = false;
  for await (const parcel of parcels) {
    const { files } = await composeParcel(parcel, run);
    needsFiles ||= files.length > 0 && run.options.fileBaseUrl === undefined;
    nameWidth = Math.min(40, Math.max(nameWidth, width(safeLine(parcel.name))));
  }
  return { nameWidth, needsFiles };
}

async function deliverAll(parcels: Parcels, { assets, nameWidth }: Means, run: Run): Promise<ExitCode> {
  const { host, options, secret, url } = run;
  const style = await host.style(host.stdout, options);
  const view = { style, nameWidth, secret, verbose: options.verbose ?? false };
  if (!options.json) talker(host, options)(targetLine(url, secret));

  const results: DeliveryResult[] = [];
  const startedAt = host.clock.now();
  for await (const parcel of parcels) {
    await pause(startedAt + (parcel.dueMs ?? 0) - host.clock.now(), host.signal);
    for (let times = options.repeat ?? 1; times > 0 && !host.signal.aborted; times -= 1) {
      const waiting = showWaiting(host, options, safeLine(parcel.name), options.timeout ?? deadlineMs);
      const delivery = await deliverParcel(parcel, assets, run).finally(waiting.stop);
      results.push(resultOf(delivery));
      const lines = options.json ? [jsonLine(deliveryRecord(delivery, secret))] : deliveryLines(delivery, view);
      host.stdout.write(`${lines.join('\n')}\n`);
    }
    if (host.signal.aborted) break;
  }
  const summary = summarise(results, host.clock.now() - startedAt);
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else if (results.length > 1) host.stdout.write(`\n${summaryLines(summary, style.columns).join('\n')}\n`);
  return exitCodeOf(results, host.signal);
}

async function deliverParcel(parcel: Parcel, assets: AssetServer | null, run: Run): Promise<Delivery> {
  const { options, secret, url, ca, host } = run;
  const lease: { files: AssetLease | null } = { files: null };
  const serve = (files: readonly ServedFile[]): readonly string[] => (lease.files = assets!.lease(files)).urls;
  const composed = await composeParcel(parcel, run, assets ? serve : undefined);
  const payload = payloadOf(composed, parcel, secret, options);
  return attempt(payload, {
    url,
    ca,
    timeoutMs: options.timeout ?? deadlineMs,
    insecure: options.insecure ?? false,
    signal: host.signal,
    files: lease.files,
    filesUnreachable: lease.files !== null && reachOf(url) !== 'loopback' && isLoopback(assets!.address),
    status: options.expectStatus,
    maxTimeMs: options.maxTime,
    expectFetchMs: options.expectFetch === true ? 5000 : options.expectFetch,
  });
}

async function startAssets(assetHost: string | undefined, { host, options }: Run): Promise<AssetServer> {
  const { createAssetServer } = await import('../../fixtures/asset-server.ts');
  try {
    const server = await createAssetServer(assetHost);
    if (!isLoopback(server.address))
      talker(
        host,
        options,
      )(`! files are served on ${safeLine(server.origin)}, to whoever can reach it, while deliveries run`);
    return server;
  } catch (error) {
    throw new HookError(`cannot serve files on ${assetHost}: ${systemReason(error)}`, {
      hint: '--asset-host takes an address of this machine, such as the one that a container reaches it by',
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

async function listOf(parcels: Parcels): Promise<Parcel[]> {
  const list: Parcel[] = [];
  for await (const parcel of parcels) list.push(parcel);
  return list;
}

/** Pure: how a run of deliveries ends. */
export function exitCodeOf(deliveries: readonly DeliveryResult[], signal: AbortSignal): ExitCode {
  const judged = deliveries.filter(({ outcome }) => outcome.failure?.code !== 'interrupted');
  const everConnected = judged.some(({ outcome }) => outcome.connected);
  if (judged.length > 0 && !everConnected) return ExitCode.unable;
  if (judged.some(({ verdict }) => !verdict.passed)) return ExitCode.failed;
  return signal.aborted ? (signal.reason as Interrupt).exitCode : ExitCode.ok;
}
