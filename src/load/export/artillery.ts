import { URL } from 'node:url';
import { HookError } from '../../errors.ts';
import type { Placeholder } from '../../fixtures/placeholders.ts';
import { secretVariable, statusRange, type ExportedRequest, type ExportPlan } from './plan.ts';

/**
 * A test script for Artillery that sends the same, and judges it the same. JSON, which is YAML too.
 *
 * @throws HookError (exit 2) for what Artillery's own placeholders would change
 */
export function artilleryScript(plan: ExportPlan): string {
  const { origin } = new URL(plan.url);
  const script = {
    config: { target: origin, ...configOf(plan) },
    // One of them at random for each request: over many, each comes equally often.
    scenarios: plan.requests.map((request) => ({
      name: request.name.replaceAll(/[{}]/g, ''),
      flow: [{ post: postOf(request, plan) }],
    })),
  };
  return `${JSON.stringify(script, null, 2)}\n`;
}

function configOf({ perSecond, durationMs, concurrency, timeoutMs, limitMs, insecure, maxErrorRate }: ExportPlan) {
  const seconds = durationMs / 1000;
  // A count is made by one thread alone, a rate by all of them; a rate has to be a whole number.
  const whole = Number.isInteger(perSecond) && Number.isInteger(seconds);
  return {
    phases: [
      {
        duration: whole ? seconds : `${durationMs}ms`,
        ...(whole ? { arrivalRate: perSecond } : { arrivalCount: Math.round(perSecond * seconds) }),
        ...(concurrency === null ? {} : { maxVusers: concurrency }),
      },
    ],
    // What begins later is an error, and so not passed.
    http: { timeout: Math.min(timeoutMs, limitMs) / 1000 },
    ...(insecure ? { tls: { rejectUnauthorized: false } } : {}),
    plugins: { expect: { reportFailuresAsErrors: true, outputFormat: 'silent' }, ensure: {} },
    ensure: { maxErrorRate },
  };
}

function postOf({ name, headers, body }: ExportedRequest, { url, secret, status }: ExportPlan): object {
  const { pathname, search } = new URL(url);
  const { from, to } = statusRange(status);
  const own = Object.fromEntries(headers);
  const plain = [pathname + search, ...Object.values(own)].find((text) => text.includes('{{'));
  if (plain !== undefined) throw taken(name);
  return {
    url: pathname + search,
    headers: { ...own, ...(secret ? { Authorization: `Bearer {{ $env.${secretVariable} }}` } : {}) },
    body: bodyOf(name, body),
    followRedirect: false,
    expect: [{ statusCode: from === to ? from : Array.from({ length: to - from + 1 }, (_, index) => from + index) }],
  };
}

/** Braces that Artillery would take for its own are escaped as JSON allows in strings, where alone they can stand. */
function bodyOf(name: string, { literals, places }: ExportedRequest['body']): string {
  let text = '';
  for (const [index, literal] of literals.entries()) {
    const place = places[index];
    let part = literal.toString('utf8').replaceAll(/\{(?=\{)/g, '\\u007b');
    if (place) part = part.replace(/\{$/, '\\u007b');
    if (places[index - 1]?.kind === 'uuid') part = part.replace(/^\}/, '\\u007d');
    text += part + (place ? expressionOf(place) : '');
  }
  const original = literals.map((literal, index) => literal.toString('utf8') + (places[index] ? '1' : '')).join('');
  if (original.includes('{{') && !isJson(original)) throw taken(name);
  return text;
}

/** Artillery counts no requests over all of its threads: a random number stands for the count. */
function expressionOf(place: Placeholder): string {
  if (place.kind === 'uuid') return '{{ $uuid }}';
  return `{{ $randomNumber(${place.modulus === null ? '1, 999999999999' : `0, ${place.modulus - 1}`}) }}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function taken(name: string): HookError {
  return new HookError(`${name} cannot be exported to artillery: it has {{, which artillery would replace`, {
    hint: 'leave it out, or take --export k6',
  });
}
