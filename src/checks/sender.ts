import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import { deadlineMs } from '../contract/limits.ts';
import { summariseAnswer } from '../delivery/answer-summary.ts';
import { attempt } from '../delivery/attempt.ts';
import { deliverDraft } from '../delivery/deliver-draft.ts';
import { createTurnClock } from '../delivery/timing.ts';
import { headerValue } from '../http/headers.ts';
import { pause } from '../http/until.ts';
import { createReportRedact } from './case-result.ts';
import type { CheckCase, Probe, Trial } from './case.ts';
import { answeredMs, isTimeout } from './judging.ts';
import { composeProbe, createRunAssets, probeRequest, type RunAssets } from './probe.ts';

export interface SenderOptions {
  url: URL;
  secret: string | null;
  /** Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  insecure?: boolean | undefined;
  ca?: string | undefined;
  assetHost?: string | undefined;
  fileBaseUrl?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Sends the probes of a run, and knows when there is no point in going on. */
export interface Sender {
  /** Every trial so far, in order; twins and parts too. */
  readonly trials: readonly Trial[];
  /** Why nothing more should be sent; null while it should. */
  stopped(): string | null;
  /** The same, if what stopped us is that the receiver hangs on some requests, and answers others. */
  gaveUp(): string | null;
  /** The probes of one case, the way that the case wants them sent. */
  sendCase(owner: CheckCase, probes: readonly Probe[]): Promise<Trial[]>;
  send(probe: Probe, owner: Owner): Promise<Trial>;
  close(): Promise<void>;
}

/** Whose requests these are. */
type Owner = Pick<CheckCase, 'id' | 'level'>;

/** So many documented requests without an answer end a run: a receiver that hangs would take all day. */
const maxDeadlines = 2;
const maxRetryAfterMs = 10_000;
const impatientMs = 5000;
const endlessBodyMs = 500;

interface SenderState {
  trials: Trial[];
  stopped: string | null;
  gaveUp: boolean;
  deadlines: number;
  /** A batch was slow: variants that need not be in one request go one by one. */
  slowBatches: boolean;
  /** A 429 is obeyed once a run. */
  waited: boolean;
  endlessBody: boolean;
  slowestMs: number;
  /** For those that are sent at once. */
  clock: () => number;
  assets: RunAssets;
}

export function createSender(options: SenderOptions): Sender {
  const state: SenderState = {
    trials: [],
    stopped: null,
    gaveUp: false,
    deadlines: 0,
    slowBatches: false,
    waited: false,
    endlessBody: false,
    slowestMs: 0,
    clock: createTurnClock(),
    assets: createRunAssets(options),
  };
  const send = (probe: Probe, owner: Owner, agent?: Agent): Promise<Trial> =>
    sendProbe({ probe, owner, agent }, options, state);
  return {
    trials: state.trials,
    stopped: () => state.stopped ?? (options.signal?.aborted ? 'interrupted' : null),
    gaveUp: () => (state.gaveUp ? state.stopped : null),
    send,
    async sendCase(owner, probes) {
      if (owner.sending === 'at-once') return Promise.all(probes.map((probe) => send(probe, owner)));
      const agent = owner.sending === 'one-connection' ? await createAgent(options) : undefined;
      const trials: Trial[] = [];
      for (const probe of inTurn(probes, state)) {
        if (state.stopped || options.signal?.aborted) break;
        const trial = await send(probe, owner, agent);
        trials.push(trial);
        // Whoever hangs once hangs again, and each time takes as long.
        if (isTimeout(trial) && !trial.parts.some(({ delivery }) => delivery.verdict.delivered)) break;
      }
      agent?.destroy();
      return trials;
    },
    close: () => state.assets.close(),
  };
}

/** The probes, one by one where a batch would take too long to tell anything about what is in it. */
function* inTurn(probes: readonly Probe[], state: SenderState): Generator<Probe> {
  for (const probe of probes) {
    // Looked at for each: the one before may have been slow.
    if (state.slowBatches && probe.parts?.length && !probe.together) yield* probe.parts;
    else yield probe;
  }
}

interface Sending {
  probe: Probe;
  owner: Owner;
  agent: Agent | undefined;
}

/** Sends one probe; if it fails, its twin, and if that fails too, its parts. */
async function sendProbe(sending: Sending, options: SenderOptions, state: SenderState): Promise<Trial> {
  const { probe, owner } = sending;
  const trial = await deliverProbe(sending, options, state);
  if (probe.parts?.length && isSlow(trial, options)) state.slowBatches = true;
  if (trial.delivery.verdict.delivered) return trial;
  countDeadline(trial, owner, state);
  const goesOn = (): boolean => !state.stopped && !options.signal?.aborted;
  // A link may be what a receiver waits for. Any other twin would wait as long, and tell nothing.
  const hasTwin = probe.twin && (probe.twin.lasting || !isTimeout(trial));
  if (probe.twin && hasTwin && goesOn())
    trial.twin = await deliverProbe({ ...sending, probe: probe.twin.probe }, options, state);
  if (trial.twin?.delivery.verdict.delivered) return trial;
  const parts: Trial[] = [];
  for (const part of probe.parts ?? []) {
    if (!goesOn()) break;
    const sent = await sendPart({ probe: part, owner, agent: undefined }, options, state);
    parts.push(sent);
    if (isTimeout(sent)) break;
  }
  trial.parts = parts;
  return trial;
}

/** One of many that failed together: that they fail is known, and counted. */
async function sendPart(sending: Sending, options: SenderOptions, state: SenderState): Promise<Trial> {
  const trial = await deliverProbe(sending, options, state);
  const { twin } = sending.probe;
  if (!trial.delivery.verdict.delivered && twin && !state.stopped && !options.signal?.aborted)
    trial.twin = await deliverProbe({ ...sending, probe: twin.probe }, options, state);
  return trial;
}

function isSlow(trial: Trial, { timeoutMs = deadlineMs }: SenderOptions): boolean {
  return isTimeout(trial) || (answeredMs(trial) ?? 0) >= timeoutMs / 2;
}

/** A receiver that hangs on one request after the other is given up. */
function countDeadline(trial: Trial, owner: Owner, state: SenderState): void {
  if (!isTimeout(trial) || owner.level !== 'MUST' || trial.probe.impatient) return;
  state.deadlines += 1;
  if (state.deadlines < maxDeadlines || state.stopped) return;
  state.gaveUp = state.trials.some(({ delivery }) => delivery.outcome.response !== null);
  const rest = state.gaveUp ? 'so of the rest one request was sent for each topic' : 'so the rest was not sent';
  state.stopped = `${maxDeadlines} requests got no answer in time, ${rest}`;
}

async function deliverProbe(sending: Sending, options: SenderOptions, state: SenderState): Promise<Trial> {
  const { probe, owner } = sending;
  let trial = await deliverOnce(sending, options, state);
  const retryAfterMs = state.waited ? null : askedToWaitMs(trial);
  if (retryAfterMs !== null) {
    state.waited = true;
    await pause(retryAfterMs, options.signal);
    trial = await deliverOnce(sending, options, state);
  }
  state.trials.push(trial);
  await updateStop(trial, owner, options, state);
  state.slowestMs = Math.max(state.slowestMs, probe.impatient ? 0 : (answeredMs(trial) ?? 0));
  return trial;
}

async function deliverOnce(
  { probe, owner, agent }: Sending,
  options: SenderOptions,
  state: SenderState,
): Promise<Trial> {
  const { url, secret, timeoutMs = deadlineMs, insecure = false, ca, fileBaseUrl, signal } = options;
  const draft = await composeProbe(probe, owner);
  const patience = Math.max(impatientMs, 3 * state.slowestMs);
  const { delivery, lease } = await deliverDraft(draft, {
    request: probeRequest(probe, secret),
    assets: await state.assets.serverFor(draft),
    fileBaseUrl,
    // A receiver may well answer first, and download afterwards.
    keepLinks: true,
    url,
    ca,
    insecure,
    signal,
    timeoutMs: probe.impatient ? Math.min(timeoutMs, patience) : timeoutMs,
    bodyTimeoutMs: state.endlessBody ? endlessBodyMs : undefined,
    clock: state.clock,
    ...(agent ? { agent } : {}),
  });
  return {
    caseId: owner.id,
    probe,
    documented: owner.level === 'MUST' && !probe.level && !probe.impatient,
    delivery,
    answerSummary: summariseAnswer(delivery.outcome.response, createReportRedact(secret, [{ probe }])),
    files: lease,
    twin: null,
    parts: [],
  };
}

/** Sees whether the run should go on after this. */
async function updateStop(trial: Trial, owner: Owner, options: SenderOptions, state: SenderState): Promise<void> {
  const { outcome, payload } = trial.delivery;
  if (outcome.response?.bodyCut === 'timeout') state.endlessBody = true;
  if (outcome.failure?.code !== 'connection_refused' || state.stopped) return;
  // One refusal may be a restart; a second one is not.
  const { url, insecure = false, ca, signal } = options;
  const again = await attempt(payload, { url, insecure, ca, signal, timeoutMs: impatientMs });
  if (again.outcome.connected) return;
  const before = state.trials.some(({ delivery }) => delivery.outcome.connected);
  state.stopped ??= before
    ? `the receiver stopped listening during ${owner.id}, so the rest was not sent`
    : outcome.failure.message;
}

/** How long a 429 asks to wait; null if the answer is none. */
function askedToWaitMs({ delivery: { outcome } }: Trial): number | null {
  const { response } = outcome;
  if (response?.status !== 429) return null;
  const value = headerValue(response.headers, 'retry-after') ?? '1';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Math.min(maxRetryAfterMs, Math.max(0, Number.isFinite(seconds) ? seconds * 1000 : 1000));
}

async function createAgent({ url, insecure = false }: { url: URL; insecure?: boolean | undefined }): Promise<Agent> {
  const http = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new http.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: !insecure } as AgentOptions);
}
