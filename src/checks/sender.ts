import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import { deadlineMs } from '../contract/limits.ts';
import { summariseAnswer } from '../delivery/answer-summary.ts';
import { attempt } from '../delivery/attempt.ts';
import { deliverDraft } from '../delivery/deliver-draft.ts';
import { createTurnClock } from '../delivery/timing.ts';
import { currentDate } from '../http/clock.ts';
import { headerValue } from '../http/headers.ts';
import { pause } from '../http/until.ts';
import type { CheckCase, Probe, Trial } from './case.ts';
import { answeredMs, isTimeout } from './judging.ts';
import type { RedactFor } from './report-redact.ts';
import { composeProbe, createRunAssets, probeRequest, type RunAssets } from './probe.ts';

export interface SenderOptions {
  url: URL;
  secret: string | null;
  redactFor: RedactFor;
  /** Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  insecure?: boolean | undefined;
  ca?: string | undefined;
  assetHost?: string | undefined;
  fileBaseUrl?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Sends the probes of a run, and knows when sending more makes no sense. */
export interface Sender {
  /** Every trial so far, in order, including twins and parts. */
  readonly trials: readonly Trial[];
  /** Why nothing more should be sent; null while sending may continue. */
  stopped(): string | null;
  /** The same, but only if the reason is that the receiver hangs on some requests and answers others. */
  gaveUp(): string | null;
  /** Sends the probes of one case in the way that the case defines. */
  sendCase(owner: CheckCase, probes: readonly Probe[]): Promise<Trial[]>;
  send(probe: Probe, owner: Owner): Promise<Trial>;
  close(): Promise<void>;
}

/** The case that sends these requests. */
type Owner = Pick<CheckCase, 'id' | 'level'>;

/** After this many documented requests without an answer the run ends: a receiver that hangs would take all day. */
const maxDeadlines = 2;
const maxRetryAfterMs = 10_000;
const impatientMs = 5000;
const endlessBodyMs = 500;

interface SenderState {
  trials: Trial[];
  stopped: string | null;
  gaveUp: boolean;
  deadlines: number;
  /** A batch was slow: variants that do not have to be in one request are sent one by one. */
  slowBatches: boolean;
  /** We wait for a 429 only once per run. */
  waited: boolean;
  endlessBody: boolean;
  slowestMs: number;
  /** For requests that are sent at the same time. */
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
        // A receiver that hangs once hangs again, and takes just as long each time.
        if (isTimeout(trial) && !trial.parts.some(({ delivery }) => delivery.verdict.delivered)) break;
      }
      agent?.destroy();
      return trials;
    },
    close: () => state.assets.close(),
  };
}

/** The probes, but one by one if a batch would be too slow to show anything about its parts. */
function* inTurn(probes: readonly Probe[], state: SenderState): Generator<Probe> {
  for (const probe of probes) {
    // Checked each time, because the probe before may have been slow.
    if (state.slowBatches && probe.parts?.length && !probe.together) yield* probe.parts;
    else yield probe;
  }
}

interface Sending {
  probe: Probe;
  owner: Owner;
  agent: Agent | undefined;
}

/** Sends one probe. If it fails, sends its twin; if that fails too, its parts. */
async function sendProbe(sending: Sending, options: SenderOptions, state: SenderState): Promise<Trial> {
  const { probe, owner } = sending;
  const trial = await deliverProbe(sending, options, state);
  if (probe.parts?.length && isSlow(trial, options)) state.slowBatches = true;
  if (trial.delivery.verdict.delivered) return trial;
  countDeadline(trial, owner, state);
  const goesOn = (): boolean => !state.stopped && !options.signal?.aborted;
  // The receiver may be waiting for a link. Any other twin would wait just as long, and show nothing.
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

/** Sends one of several parts. We already know that they fail together, and have counted that. */
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

/** Stops the run if the receiver hangs on several requests. */
function countDeadline(trial: Trial, owner: Owner, state: SenderState): void {
  if (!isTimeout(trial) || owner.level !== 'MUST' || trial.probe.impatient) return;
  state.deadlines += 1;
  if (state.deadlines < maxDeadlines || state.stopped) return;
  state.gaveUp = state.trials.some(({ delivery }) => delivery.outcome.response !== null);
  const rest = state.gaveUp ? 'so only one request per remaining topic was sent' : 'so the rest was not sent';
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
  const { url, secret, redactFor, timeoutMs = deadlineMs, insecure = false, ca, fileBaseUrl, signal } = options;
  const draft = await composeProbe(probe, owner);
  const patience = Math.max(impatientMs, 3 * state.slowestMs);
  const { delivery, lease } = await deliverDraft(draft, {
    request: probeRequest(probe, secret),
    assets: await state.assets.serverFor(draft),
    fileBaseUrl,
    // A receiver may answer first and download later.
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
    answerSummary: summariseAnswer(delivery.outcome.response, redactFor([{ probe }])),
    files: lease,
    twin: null,
    parts: [],
  };
}

/** Decides whether the run should continue after this trial. */
async function updateStop(trial: Trial, owner: Owner, options: SenderOptions, state: SenderState): Promise<void> {
  const { outcome, payload } = trial.delivery;
  if (outcome.response?.bodyCut === 'timeout') state.endlessBody = true;
  if (outcome.failure?.code !== 'connection_refused' || state.stopped) return;
  // One refused connection may be a restart; a second one is not.
  const { url, insecure = false, ca, signal } = options;
  const again = await attempt(payload, { url, insecure, ca, signal, timeoutMs: impatientMs });
  if (again.outcome.connected) return;
  const before = state.trials.some(({ delivery }) => delivery.outcome.connected);
  state.stopped ??= before
    ? `the receiver stopped listening during ${owner.id}, so the rest was not sent`
    : outcome.failure.message;
}

/** How long a 429 asks us to wait; null if the answer is not a 429. */
function askedToWaitMs({ delivery: { outcome } }: Trial): number | null {
  const { response } = outcome;
  if (response?.status !== 429) return null;
  const value = headerValue(response.headers, 'retry-after') ?? '1';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - currentDate().getTime()) / 1000;
  return Math.min(maxRetryAfterMs, Math.max(0, Number.isFinite(seconds) ? seconds * 1000 : 1000));
}

async function createAgent({ url, insecure = false }: { url: URL; insecure?: boolean | undefined }): Promise<Agent> {
  const http = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new http.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: !insecure } as AgentOptions);
}
