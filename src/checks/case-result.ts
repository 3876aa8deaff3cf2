import { URL } from 'node:url';
import type { Redact, Redactor } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import type { Delivery } from '../delivery/attempt.ts';
import { curlCommand, maxCurlBody } from '../delivery/curl.ts';
import type { Payload } from '../delivery/payload.ts';
import { ExitCode } from '../errors.ts';
import { clipText, decodeStart } from '../text/safe.ts';
import { shellWord } from '../text/shell-quote.ts';
import type { CheckCase, CaseFinding, Probe, Trial } from './case.ts';
import { causeOf } from './verdict/cause.ts';
import type { Gate, Policy } from './options.ts';
import type { CaseOutcome, CaseResult, Level, Exchange } from './report.ts';

const gating: Record<Gate, readonly Level[]> = {
  lenient: ['MUST'],
  default: ['MUST', 'SHOULD'],
  strict: ['MUST', 'SHOULD', 'MAY'],
};

const ranks: Record<Level, number> = { MUST: 0, SHOULD: 1, MAY: 2, OBS: 3 };

/** A case's result: its finding held against levels and waivers. */
export function caseResult(one: CheckCase, finding: CaseFinding, trials: readonly Trial[], policy: Policy): CaseResult {
  const level = levelOf(one, policy);
  const evidence =
    finding.evidence ?? trials.flatMap((trial) => [trial, ...(trial.twin ? [trial.twin] : []), ...trial.parts]);
  const [first] = evidence;
  const redact = policy.redactFor([...evidence, ...trials]);
  const plain = outcomeFor(finding, level, policy.gate, one.warns && policy.levels[one.id] === undefined);
  const wrong = plain !== 'pass' && (plain !== 'info' || finding.outcome === 'fail');
  const hint = wrong ? redact(hintOf(one, finding)) : null;
  const result: CaseResult = {
    id: one.id,
    title: one.title,
    level,
    rules: [...one.rules],
    outcome: plain,
    gating: plain === 'fail',
    reason: wrong ? finding.reason : null,
    expected: one.expected,
    actual: redact(finding.actual),
    hint,
    why: hint === null ? null : one.why,
    fix: fixOf(one, hint),
    errorLine: wrong ? errorLineOf(evidence) : null,
    requests: evidence.map(({ delivery }) => exchangeOf(delivery, redact)),
    reproduce: {
      curl: first ? curlOf({ payload: first.delivery.payload, probe: first.probe }, policy, redact) : null,
      command: repeatCommand([one.id, ...(finding.repeatWith ?? [])], policy),
    },
  };
  return applyWaiver(result, policy);
}

/** The result of a case that sent nothing. */
export function notRun(one: CheckCase, outcome: 'skip' | 'error', actual: string, policy: Policy): CaseResult {
  return {
    id: one.id,
    title: one.title,
    level: levelOf(one, policy),
    rules: [...one.rules],
    outcome,
    gating: outcome === 'error',
    reason: null,
    expected: one.expected,
    actual,
    hint: null,
    why: null,
    fix: null,
    errorLine: null,
    requests: [],
    reproduce: { curl: null, command: repeatCommand([one.id], policy) },
  };
}

function levelOf(one: CheckCase, { levels }: Pick<Policy, 'levels'>): Level {
  return levels[one.id] ?? one.level;
}

function outcomeFor(finding: CaseFinding, caseLevel: Level, gate: Gate, warns = false): CaseOutcome {
  if (finding.outcome === 'pass') return 'pass';
  const level = weaker(caseLevel, finding.level ?? caseLevel);
  if (level === 'OBS') return warns && finding.outcome !== 'info' ? 'warn' : 'info';
  if (finding.outcome === 'fail') return gating[gate].includes(level) ? 'fail' : 'warn';
  return finding.outcome;
}

function weaker(a: Level, b: Level): Level {
  return ranks[a] > ranks[b] ? a : b;
}

function applyWaiver(result: CaseResult, { waivers, today }: Policy): CaseResult {
  const waiver = waivers.find((one) => one.case === result.id);
  if (!waiver || result.outcome === 'skip' || result.outcome === 'error') return result;
  const fires = result.outcome === 'fail' || result.outcome === 'warn';
  const note = `waived: ${waiver.reason}${waiver.until ? ` (until ${waiver.until})` : ''}`;
  const stale = (why: string): CaseResult => ({
    ...result,
    outcome: 'fail',
    gating: true,
    reason: result.reason ?? 'expectation',
    actual: `${result.actual} (${why}; ${note})`,
    hint: result.hint ?? staleWaiver,
    fix: result.fix ?? staleWaiver,
  });
  if (!fires) return stale('nothing to waive any more');
  if (waiver.until !== undefined && waiver.until < today) return stale('the waiver is past its date');
  return { ...result, outcome: 'waived', gating: false, actual: `${result.actual} (${note})` };
}

const staleWaiver = 'A waiver that is no longer needed would hide the next failure: remove it from the config.';

/** What a hint says after why it matters. */
function fixOf({ why }: CheckCase, hint: string | null): string | null {
  return hint?.startsWith(why) ? hint.slice(why.length).trim() || null : hint;
}

/** Of the first request that was not taken: the culprit's stands first. */
function errorLineOf(evidence: readonly Trial[]): string | null {
  const bad = evidence.find(({ delivery }) => !delivery.verdict.delivered);
  return bad?.answerSummary.errorLine ?? null;
}

/** Why it matters, and what to try. */
function hintOf(one: CheckCase, { reason, cause = causeOf(reason), advice }: CaseFinding): string {
  return [one.why, advice && sentence(advice), cause && one.remedies[cause]].filter(Boolean).join(' ');
}

function sentence(text: string): string {
  const start = /^[a-z]+[_/:]/.test(text) ? text.charAt(0) : text.charAt(0).toUpperCase();
  return `${start}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

/** The line that sends a request once more; null where its body is too long for a command line. */
export function curlOf(
  { payload, probe }: { payload: Payload; probe: Probe },
  { url, insecure, caFile, timeoutMs }: Policy,
  redact: Redact,
): string | null {
  if (payload.body.byteLength > maxCurlBody) return null;
  // Our own body has no secret in it, and a short secret taken out of it would leave a line that does not run.
  return curlCommand(payload, {
    url: new URL(redact(url.href)),
    insecure,
    caFile,
    authorization: probe.authorization?.shell,
    maxTimeSeconds: timeoutMs / 1000,
  });
}

function repeatCommand(ids: readonly string[], { url, repeatOptions, secret, redactFor }: Policy): string {
  const withSecret = secret ? ' --secret "$SUVVY_WEBHOOK_SECRET"' : '';
  const target = shellWord(redactFor([])(url.href));
  return `npx suvvy-hook check ${target} --only ${[...new Set(ids)].join(',')}${withSecret}${repeatOptions && ` ${repeatOptions}`}`;
}

/** How a run ends. Pure. */
export function exitCodeOf(
  results: readonly CaseResult[],
  { connected, aborted, interrupted }: { connected: boolean; aborted: boolean; interrupted: ExitCode | null },
): ExitCode {
  if (results.some(({ outcome, gating: fails }) => outcome === 'fail' && fails)) return ExitCode.failed;
  if (interrupted !== null) return interrupted;
  if (!connected) return ExitCode.unable;
  if (aborted) return ExitCode.failed;
  return results.some(({ outcome }) => outcome === 'error') ? ExitCode.unable : ExitCode.ok;
}

const maxBody = 2000;
const maxExcerpt = 1000;

/** A delivery as the report shows it. */
export function exchangeOf({ payload, outcome }: Pick<Delivery, 'payload' | 'outcome'>, redact: Redactor): Exchange {
  const { response, timing } = outcome;
  return {
    method: payload.method,
    headers: headerObject(payload.headers),
    body: clipped(payload.body, maxBody, (text) => text),
    response: response && {
      status: response.status,
      headers: redact.leaves(headerObject(response.headers)),
      bodyExcerpt: clipped(response.body, maxExcerpt, redact),
    },
    timing,
  };
}

function clipped(bytes: Uint8Array, max: number, redact: Redact): string {
  return clipText(redact(decodeStart(bytes, max)), max);
}
