import { deadlineMs } from '../contract/limits.ts';
import { rules, type RuleId } from '../contract/rules.ts';
import { headerValues } from '../http/headers.ts';
import type { Forwarded } from '../receiver/answer.ts';
import type { Received } from '../receiver/inspect.ts';
import { formatStep, type ScriptStep } from '../receiver/parse-script.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import { formatMs } from '../text/units.ts';

/** What a person should know about a request that was not simply taken. The text in it is foreign. */
export function noteLines(received: Received, answered: Answered, secret: string | null): string[] {
  const { status, scripted, forwarded } = answered;
  if (scripted) return [scriptNote(scripted, status)];
  if (forwarded) return forwardNotes(forwarded);
  if (status === null || status < 300) return [];
  if (status === 401) return [`→ ${secretNote(received, secret)}`];
  if (received.json?.ok === false) return [`→ the body is not JSON: ${received.json.message}`];
  return statusNotes[status] ? [`→ ${statusNotes[status]}`] : [];
}

function secretNote({ rawHeaders }: Received, secret: string | null): string {
  const [value, ...more] = headerValues(rawHeaders, 'authorization');
  if (value === undefined)
    return 'set the webhook secret in the panel, or leave out --secret here: Suvvy sends no header without one (R7)';
  if (more.length > 0) return 'it came more than once: Suvvy sends one Authorization header (R7)';
  if (value.replace(/^bearer/i, '').trim() === secret)
    return 'the secret is right, but the header has to be exactly “Bearer”, one blank and the secret (R7)';
  return 'the secret in the panel is another than the one given here';
}

/** Why a step is one that Suvvy would not wait for, or null. */
export function lateNote({ delayMs }: Pick<ScriptStep, 'delayMs'>): string | null {
  return delayMs > deadlineMs ? `${formatMs(delayMs)} is past the 20 s that Suvvy waits (R2): undelivered` : null;
}

function scriptNote(step: ScriptStep, status: number | null): string {
  const left = typeof step.action === 'number' && status === null ? 'the sender left before the answer' : null;
  const facts = [`→ scripted: ${formatStep({ ...step, times: 1 })}`, lateNote(step), left];
  return facts.filter((fact) => fact !== null).join(' · ');
}

function forwardNotes({ status, ms, message, errorLine, bodyBroken }: Forwarded): string[] {
  const verdict = message ?? 'delivered';
  const came = status === null ? `no answer from the app in ${formatMs(ms)}` : `the app: ${status} in ${formatMs(ms)}`;
  const said = !errorLine ? [] : [`→ the app says: ${errorLine}`];
  return [`→ ${came} · ${verdict}`, ...said, ...(bodyBroken ? ['→ the body of its answer broke off'] : [])];
}

const statusNotes: Record<number, string> = {
  403: 'a web page of another site tried to post here',
  404: 'another path than --path',
  405: `Suvvy sends a POST: ${quoteOf('R6')}`,
  413: 'larger than --max-body',
  415: 'Suvvy sends application/json, not encoded',
  422: 'refused by --strict',
  500: 'it could not be recorded, so it was not acknowledged',
};

function quoteOf(rule: RuleId): string {
  return `“${rules[rule].quote}” (${rule})`;
}
