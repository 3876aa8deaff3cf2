import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledFolder } from '../../fixtures/list.ts';
import type { Caught, Collector } from '../../platform/collector.ts';
import { isOwnEvent } from '../../platform/findings/normal-text.ts';
import type { Effects, Trace, Trial } from '../case.ts';
import { createReader, type Reader } from './reader.ts';

export const noEffects: Effects = { arrivedMs: () => null, passedOn: () => [], selfTalk: [], all: [], missing: '' };

export interface EffectOptions {
  collector?: Collector | undefined;
  expectRead?: string | undefined;
  callbackTimeoutMs?: number | undefined;
  chatId: string | null;
  insecure?: boolean | undefined;
  ca?: string | undefined;
  signal?: AbortSignal | undefined;
}

const defaultTimeoutMs = 5000;

/** All texts of a run have this in them. */
const mark = /\[suvvy-hook check ([a-z\d/-]+)\]/;

/** The case that a text of a run was sent for; null if it is none of ours. */
export function caseIdIn(text: string): string | null {
  return mark.exec(readable(text))?.[1] ?? null;
}

/** Waits for the traces of what was delivered, all at once, and then looks at what else arrived. */
export async function traceEffects(trials: readonly Trial[], options: EffectOptions): Promise<Effects> {
  const { collector, expectRead } = options;
  const traced = trials.filter(({ probe, delivery }) => probe.traces && delivery.verdict.delivered);
  if (!collector && expectRead === undefined) return noEffects;
  const files = await readAssets();
  const reader = expectRead === undefined ? null : createReader(expectRead, options);
  const arrivals = new Map<Trace, number>();
  const look = async (trace: Trace, { delivery }: Trial): Promise<void> => {
    const at = await arrivalOf(trace, { ...options, reader, files });
    if (at !== null) arrivals.set(trace, Math.max(0, at - delivery.outcome.startedAt.getTime()));
  };
  const pairs = traced.flatMap((trial) => (trial.probe.traces ?? []).map((trace) => ({ trace, trial })));
  await Promise.all(pairs.map(({ trace, trial }) => (trace.unwanted ? null : look(trace, trial))));
  // What must not arrive was sent before the others: by now it would be here.
  const unwanted = pairs.filter(({ trace }) => trace.unwanted);
  await Promise.all(unwanted.map(({ trace, trial }) => look(trace, trial)));
  const caught = collector?.caught() ?? [];
  const all = caught.filter(({ isApi, text }) => !isApi && caseIdIn(text) !== null);
  return {
    arrivedMs: (trace) => arrivals.get(trace) ?? null,
    passedOn: (word) => caught.filter(({ isApi, text }) => !isApi && text.includes(word)),
    selfTalk: caught.filter((one) => isSelfTalk(one, files)),
    all,
    missing: missingFrom(options, reader?.problem() ?? null),
  };
}

function missingFrom({ collector, expectRead }: EffectOptions, readProblem: string | null): string {
  const notRead = `${collector ? 'nor was it' : 'it was never'} in what --expect-read reads`;
  const places = [
    ...(collector ? ['it never came to the collector'] : []),
    ...(expectRead === undefined ? [] : [readProblem === null ? notRead : `--expect-read got nothing: ${readProblem}`]),
  ];
  return places.join(', ');
}

interface LookOptions extends EffectOptions {
  reader: Reader | null;
  files: ReadonlyMap<string, Buffer>;
}

/** When a trace arrived, as a time stamp: at the collector, or where messages are read. */
async function arrivalOf(
  { word, asset, nth = 1, unwanted }: Trace,
  { collector, reader, files, callbackTimeoutMs = defaultTimeoutMs, signal }: LookOptions,
): Promise<number | null> {
  const file = asset === undefined ? undefined : files.get(asset);
  const fits = ({ isApi, text, body }: Caught): boolean =>
    !isApi && (text.includes(word) || (file !== undefined && hasFile(body, file)));
  const found = new AbortController();
  const limits = {
    timeoutMs: unwanted ? 0 : callbackTimeoutMs,
    signal: AbortSignal.any([found.signal, ...(signal ? [signal] : [])]),
  };
  const ways = [
    collector?.saw(fits, { ...limits, nth }).then((caught) => caught?.at ?? null),
    reader?.saw(word, limits),
  ].map(async (way) => {
    const at = (await way) ?? null;
    if (at !== null) found.abort();
    return at;
  });
  return (await Promise.all(ways)).find((at) => at !== null) ?? null;
}

function hasFile(body: Buffer, file: Buffer): boolean {
  return body.includes(file) || body.includes(file.toString('base64').replace(/=*$/, ''));
}

/** Our own words, our own event, or the bytes of one of our files, posted as a customer's. */
function isSelfTalk({ isApi, message, text, body }: Caught, files: ReadonlyMap<string, Buffer>): boolean {
  if (!isApi || message?.sender === 'employee') return false;
  if (caseIdIn(text) !== null) return true;
  if (message === null) return false;
  // An event with a file alone has no text of ours in it.
  if (message.text !== null && isOwnEvent(message.text)) return true;
  if (message.attachments.length === 0) return false;
  return [...files.values()].some((file) => hasFile(body, file));
}

/** In a URL or a form the mark is encoded. PHP writes a slash in JSON as `\/`, and once more in JSON inside JSON. */
function readable(text: string): string {
  return text
    .replaceAll(/%(5b|5c|5d|20|2f)/gi, (code) => decodeURIComponent(code))
    .replaceAll('+', ' ')
    .replaceAll(/\\+\//g, '/');
}

async function readAssets(): Promise<Map<string, Buffer>> {
  const folder = join(bundledFolder, 'assets');
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}
