import { fingerprint, redactSecret } from '../contract/bearer.ts';
import { deadlineMs } from '../contract/limits.ts';
import { attempt, type Delivery } from '../delivery/attempt.ts';
import { isLoopback, reachOf } from '../delivery/reach.ts';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import { createAssetServer, type AssetLease, type AssetServer, type ServedFile } from '../fixtures/asset-server.ts';
import { readInputFile } from '../fixtures/read-input.ts';
import { parseEdit } from '../fixtures/edit.ts';
import type { Host, Interrupt } from '../host.ts';
import { deliveryRecord } from '../render/delivery-record.ts';
import { deliveryLines } from '../render/delivery.ts';
import { summarise, summaryLines } from '../render/delivery-summary.ts';
import { jsonLine, safeLine, width } from '../render/text.ts';
import { talker } from './context.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { printDryRun } from './dry-run.ts';
import { composeParcel, payloadOf, type Parcel, type Run } from './parcel.ts';
import { resolveSecret } from './secret.ts';
import { resolveTarget } from './target.ts';

/** Delivers the parcels one after the other, shows each as it ends, and tells how the run ends. */
export async function runDeliveries(
  parcels: readonly Parcel[],
  options: DeliveryOptions,
  host: Host,
): Promise<ExitCode> {
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
  // What cannot be composed is found before anything is sent.
  const drafts = await Promise.all(parcels.map((parcel) => composeParcel(parcel, run)));
  if (options.dryRun) return printDryRun(parcels, drafts, run);

  const needsFiles = drafts.some((draft) => draft.files.length > 0) && options.fileBaseUrl === undefined;
  const assets = needsFiles ? await startAssets(options.assetHost, run) : null;
  try {
    return await deliverAll(parcels, assets, run);
  } finally {
    await assets?.close();
  }
}

async function deliverAll(parcels: readonly Parcel[], assets: AssetServer | null, run: Run): Promise<ExitCode> {
  const { host, options, secret, url } = run;
  const talk = talker(host, options);
  const style = await host.style(host.stdout, options);
  const nameWidth = Math.min(40, Math.max(...parcels.map(({ name }) => width(safeLine(name)))));
  if (!options.json) talk(introduction(url, secret));

  const deliveries: Delivery[] = [];
  const startedAt = host.clock.now();
  for (const parcel of repeated(parcels, options.repeat ?? 1)) {
    if (host.signal.aborted) break;
    const delivery = await deliverParcel(parcel, assets, run);
    const lines = options.json
      ? [jsonLine(deliveryRecord(delivery, secret))]
      : deliveryLines(delivery, { style, nameWidth, secret, verbose: options.verbose ?? false });
    host.stdout.write(`${lines.join('\n')}\n`);
    deliveries.push(withoutBodies(delivery));
  }
  const summary = summarise(deliveries, host.clock.now() - startedAt);
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else if (deliveries.length > 1) host.stdout.write(`\n${summaryLines(summary, style.columns).join('\n')}\n`);
  return exitCodeOf(deliveries, host.signal);
}

function* repeated(parcels: readonly Parcel[], times: number): Generator<Parcel> {
  for (const parcel of parcels) for (let time = 0; time < times; time += 1) yield parcel;
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

/** What the summary needs of a delivery: a run of millions must not keep what each of them said. */
function withoutBodies(delivery: Delivery): Delivery {
  const { payload, outcome } = delivery;
  const response = outcome.response && { ...outcome.response, headers: [], body: Buffer.alloc(0) };
  return { ...delivery, payload: { ...payload, body: Buffer.alloc(0) }, outcome: { ...outcome, response } };
}

async function startAssets(assetHost: string | undefined, { host, options }: Run): Promise<AssetServer> {
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

function introduction(url: URL, secret: string | null): string {
  const auth = secret ? `with the secret sha256:${fingerprint(secret)}` : 'without a secret';
  return `POST ${safeLine(redactSecret(url.href, secret))} ${auth}`;
}

/** Pure: how a run of deliveries ends. */
export function exitCodeOf(deliveries: readonly Delivery[], signal: AbortSignal): ExitCode {
  const judged = deliveries.filter(({ outcome }) => outcome.failure?.code !== 'interrupted');
  const everConnected = judged.some(({ outcome }) => outcome.connected);
  if (judged.length > 0 && !everConnected) return ExitCode.unable;
  if (judged.some(({ verdict }) => !verdict.passed)) return ExitCode.failed;
  return signal.aborted ? (signal.reason as Interrupt).exitCode : ExitCode.ok;
}
