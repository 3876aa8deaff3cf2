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
import { createReportRedact } from './case-result.ts';
import type { CheckCase, Probe, Trial } from './case.ts';
import { answeredMs } from './judging.ts';
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
  deadlines: number;
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
    deadlines: 0,
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
    send,
    async sendCase(owner, probes) {
      if (owner.sending === 'at-once') return Promise.all(probes.map((probe) => send(probe, owner)));
      const agent = owner.sending === 'one-connection' ? await createAgent(options) : undefined;
      const trials: Trial[] = [];
      for (const probe of probes) {
        if (state.stopped || options.signal?.aborted) break;
        trials.push(await send(probe, owner, agent));
        // Whoever hangs once hangs again, and each time takes as long.
        if (isTimeout(trials.at(-1)!)) break;
      }
      agent?.destroy();
      return trials;
    },
    close: () => state.assets.close(),
  };
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
  if (trial.delivery.verdict.delivered) return trial;
  const goesOn = (): boolean => !state.stopped && !options.signal?.aborted;
  if (probe.twin && goesOn()) trial.twin = await deliverProbe({ ...sending, probe: probe.twin.probe }, options, state);
  if (trial.twin?.delivery.verdict.delivered) return trial;
  const parts: Trial[] = [];
  for (const part of probe.parts ?? []) {
    if (!goesOn()) break;
    const sent = await sendProbe({ probe: part, owner, agent: undefined }, options, state);
    parts.push(sent);
    if (isTimeout(sent)) break;
  }
  trial.parts = parts;
  return trial;
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
  if (isTimeout(trial) && owner.level === 'MUST' && !trial.probe.impatient) {
    state.deadlines += 1;
    if (state.deadlines >= maxDeadlines)
      state.stopped ??= `${maxDeadlines} requests got no answer in time, so the rest was not sent`;
  }
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

function isTimeout({ delivery: { verdict } }: Trial): boolean {
  return verdict.reason === 'timeout' || verdict.reason === 'connect_timeout';
}

/** How long a 429 asks to wait; null if the answer is none. */
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
