import { deadlineMs } from '../../contract/limits.ts';
import type { Delivery } from '../../delivery/attempt.ts';
import { deliverDraft, type DraftDeliveryOptions } from '../../delivery/deliver-draft.ts';
import { deliveryRecord } from '../../delivery/record.ts';
import { createDeliveryCounter, exitCodeOf, summarise } from '../../delivery/summary.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { AssetServer } from '../../fixtures/asset-server.ts';
import { linksBelow } from '../../fixtures/compose.ts';
import { parseEdit } from '../../fixtures/edit.ts';
import { createPlaceholders, type Placeholders } from '../../fixtures/placeholders.ts';
import type { Host } from '../../host.ts';
import { isLoopback } from '../../http/address.ts';
import { headerValue, serverName } from '../../http/headers.ts';
import { pause } from '../../http/until.ts';
import { width } from '../../text/layout.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { readCacert } from '../flags/cacert.ts';
import { redactorOf } from '../guard.ts';
import { resolveSecret } from '../flags/secret.ts';
import { resolveTarget } from '../flags/target.ts';
import { showWaiting } from '../spinner.ts';
import type { DeliveryOptions } from './delivery-flags.ts';
import {
  composeDraft,
  numberedDraft,
  requestOf,
  type DeliveryRun,
  type DraftSource,
  type DraftSources,
  type DraftSurvey,
} from './draft.ts';
import { deliveryLines, summaryLines, targetLine, unfetchedLine } from './lines.ts';
import { checkExport, checkLoad, isLoad } from './load-flags.ts';

/** Delivers the drafts one after the other, shows each as it ends, and tells how the run ends. */
export async function runDeliveries(sources: DraftSources, options: DeliveryOptions, host: Host): Promise<ExitCode> {
  const placeholders = createPlaceholders();
  const run: DeliveryRun = {
    url: resolveTarget(options.url, host),
    secret: await resolveSecret(options, host),
    options,
    ...changesOf(options, placeholders),
    placeholders,
    ca: options.cacert === undefined ? undefined : await readCacert(options.cacert, host),
    host,
  };
  if (options.export) checkExport({ ...options });
  else checkLoad(options, run.url);
  // What cannot be composed is found before anything is sent.
  const found = await survey(sources, run);
  const { nameWidth, needsFiles } = found;
  if (options.export) return (await import('./export.ts')).exportLoad(sources, found, run);
  if (options.dryRun) return (await import('./dry-run.ts')).printDryRun(sources, run);

  const assets = needsFiles ? await startAssets(options.assetHost, run) : null;
  try {
    // undici is loaded for a load alone: it takes longer to start than a delivery does.
    if (!isLoad(options)) return await deliverAll(sources, { assets, nameWidth }, run);
    const { deliverLoad } = await import('./load.ts');
    return await deliverLoad(sources, { ...found, assets }, run);
  } finally {
    await assets?.close();
  }
}

/** What the flags change in each body, with marks for their placeholders. */
function changesOf(
  { set = [], chatId }: DeliveryOptions,
  placeholders: Placeholders,
): Pick<DeliveryRun, 'edits' | 'chatId'> {
  const edits = set.map(parseEdit).map(({ path, value }, at) => {
    if (path.some((step) => String(step).includes('{{')))
      throw new HookError(`--set ${set[at]}: {{ stands in the path; it can only stand behind the =`);
    return { path, value: placeholders.mark(`--set ${set[at]}`, value) };
  });
  return {
    edits,
    chatId:
      typeof chatId === 'string'
        ? placeholders.mark(`--chat-id ${chatId}`, chatId)
        : chatId === false
          ? null
          : undefined,
  };
}

interface Means {
  assets: AssetServer | null;
  nameWidth: number;
}

/** Composes each draft once, and forgets it again. */
async function survey(sources: DraftSources, run: DeliveryRun): Promise<DraftSurvey> {
  const found: DraftSurvey = { nameWidth: 0, needsFiles: false, drafts: 0, bytes: 0 };
  const { fileBaseUrl } = run.options;
  for await (const source of sources) {
    const draft = await composeDraft(source, run);
    found.drafts += 1;
    found.bytes += draft.body(linksBelow(fileBaseUrl, draft.files)).byteLength;
    found.needsFiles ||= draft.files.length > 0 && fileBaseUrl === undefined;
    found.nameWidth = Math.min(40, Math.max(found.nameWidth, width(safeLine(source.name))));
  }
  return found;
}

async function deliverAll(sources: DraftSources, { assets, nameWidth }: Means, run: DeliveryRun): Promise<ExitCode> {
  const { host, options, secret, url } = run;
  const style = await host.style(host.stdout, options);
  const redact = redactorOf(host);
  const files = options.expectFetch !== undefined;
  const view = { style, nameWidth, secret, redact, verbose: options.verbose ?? false, files };
  if (!options.json) talker(host, options)(targetLine(url, secret, options.chatId));

  const counter = createDeliveryCounter();
  const watched = { all: 0, fetched: 0 };
  const startedAt = host.clock.now();
  for await (const source of sources) {
    await pause(startedAt + (source.dueMs ?? 0) - host.clock.now(), host.signal);
    const draft = await composeDraft(source, run);
    for (let times = options.repeat ?? 1; times > 0 && !host.signal.aborted; times -= 1) {
      const waiting = showWaiting(host, options, safeLine(source.name), options.timeout ?? deadlineMs);
      const { delivery } = await deliverDraft(
        numberedDraft(draft, counter.sent() + 1, run),
        deliveryOptions(source, assets, run),
      ).finally(waiting.stop);
      counter.add(delivery.outcome, delivery.verdict);
      if (fetchesFiles(delivery)) {
        watched.all += delivery.files.length;
        watched.fetched += delivery.files.filter(({ fetched }) => fetched).length;
      }
      const lines = options.json ? [jsonLine(deliveryRecord(delivery, redact))] : deliveryLines(delivery, view);
      host.stdout.write(`${lines.join('\n')}\n`);
    }
    if (host.signal.aborted) break;
  }
  const tally = counter.read();
  const summary = summarise(tally, host.clock.now() - startedAt);
  if (options.json) host.stdout.write(`${jsonLine(summary)}\n`);
  else {
    // With these each delivery has said it of its own files.
    const unfetched = view.files || view.verbose ? null : unfetchedLine(watched);
    const lines = [
      ...(tally.sent > 1 ? ['', ...summaryLines(summary, style.columns)] : []),
      ...(unfetched ? [unfetched] : []),
    ];
    if (lines.length > 0) host.stdout.write(`${lines.join('\n')}\n`);
  }
  return exitCodeOf(tally, { signal: host.signal });
}

/** Whether it says anything that nobody came for its files: it was taken, and not by our own receiver, which fetches none. */
function fetchesFiles({ outcome: { response }, verdict }: Delivery): boolean {
  return verdict.delivered && response !== null && headerValue(response.headers, 'server') !== serverName;
}

function deliveryOptions(source: DraftSource, assets: AssetServer | null, run: DeliveryRun): DraftDeliveryOptions {
  const { options, url, ca, host } = run;
  return {
    request: requestOf(source, run),
    assets,
    fileBaseUrl: options.fileBaseUrl,
    url,
    ca,
    timeoutMs: options.timeout ?? deadlineMs,
    insecure: options.insecure ?? false,
    signal: host.signal,
    status: options.expectStatus,
    maxTimeMs: options.maxTime,
    expectFetchMs: options.expectFetch === true ? 5000 : options.expectFetch,
  };
}

async function startAssets(assetHost: string | undefined, { host, options }: DeliveryRun): Promise<AssetServer> {
  const { createAssetServer } = await import('../../fixtures/asset-server.ts');
  try {
    const server = await createAssetServer(assetHost);
    const talk = talker(host, options);
    if (server.isEverywhere)
      talk(
        `! ${safeLine(assetHost!)} is no name of this machine: files are served on all of its addresses, to whoever can reach them, and their links say ${safeLine(server.origin)}`,
      );
    else if (!isLoopback(server.address))
      talk(`! files are served on ${safeLine(server.origin)}, to whoever can reach it, while deliveries run`);
    return server;
  } catch (error) {
    throw new HookError(`cannot serve files on ${assetHost}: ${systemReason(error)}`, {
      hint: '--asset-host takes an address of this machine, or a name that the receiver reaches it by',
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}
