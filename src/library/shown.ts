import { isUtf8 } from 'node:buffer';
import { createRedactor, type Redactor, type Secrets } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import type { Delivery } from '../delivery/attempt.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Payload } from '../delivery/payload.ts';
import { headerValues, type RawHeaders } from '../http/headers.ts';
import type { Received } from '../receiver/inspect.ts';
import { veil } from '../text/veil.ts';
import type { Arrival } from './arrival.ts';

/*
 * What a test prints ends up in the log of a CI. So whatever may have the secret in it is printed without: headers as they
 * are shown elsewhere, bodies as text.
 */

/** A payload that is printed without its secret. */
export function veilPayload(payload: Payload): Payload {
  return veil(payload, () => createRedactor(credentialsOf(payload.headers)).leaves(shownPayload(payload)));
}

/** An outcome that is printed without the secrets: a receiver may echo them. */
export function veilOutcome(outcome: Outcome, secrets: Secrets): Outcome {
  return veil(outcome, () => createRedactor(secrets).leaves(shownOutcome(outcome)));
}

/** A delivery that is printed without its secret, and so are its parts. */
export function veilDelivery(delivery: Delivery): Delivery {
  const secrets = credentialsOf(delivery.payload.headers);
  veilPayload(delivery.payload);
  veilOutcome(delivery.outcome, secrets);
  const { payload, url, outcome, ...rest } = delivery;
  veil(url, () => createRedactor(secrets)(url.href));
  return veil(delivery, () =>
    createRedactor(secrets).leaves({
      payload: shownPayload(payload),
      url: url.href,
      outcome: shownOutcome(outcome),
      ...rest,
    }),
  );
}

/** An arrival that is printed without the secret, and without what was sent in its place. */
export function veilArrival(arrival: Arrival, redactor: Redactor): Arrival {
  const { received, status } = arrival;
  const show = (): unknown => {
    const sent = createRedactor(credentialsOf(received.rawHeaders));
    return redactor.leaves(sent.leaves(shownReceived(received)));
  };
  veil(received, show);
  return veil(arrival, () => ({ received: show(), status }));
}

function shownPayload({ name, method, headers, body, framing }: Payload): object {
  return { name, method, headers: headerObject(headers), ...shownBody(body), framing };
}

function shownOutcome({ startedAt, response, ...rest }: Outcome): object {
  const { headers = [], body, ...facts } = response ?? {};
  const answer = response && { ...facts, headers: headerObject(headers), ...shownBody(body ?? null) };
  return { startedAt: startedAt.toISOString(), response: answer, ...rest };
}

/** Without what was parsed of the body: it would say the same again. */
function shownReceived(received: Received): object {
  const { id, receivedAt, method, target, httpVersion, rawHeaders, remoteAddress, body } = received;
  const { auth, eventType, issues, unknownFields } = received;
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    method,
    target,
    httpVersion,
    remoteAddress,
    headers: headerObject(rawHeaders),
    ...shownBody(body),
    auth,
    eventType,
    issues,
    unknownFields,
  };
}

/** As a journal has it: text where it is text. */
function shownBody(body: Uint8Array | null): { body: string | null } | { bodyBase64: string } {
  if (body === null) return { body };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(bytes) ? { body: bytes.toString('utf8') } : { bodyBase64: bytes.toString('base64') };
}

/** What an `Authorization` has behind its scheme, and the whole of it. */
function credentialsOf(headers: RawHeaders): string[] {
  const values = ['authorization', 'proxy-authorization'].flatMap((name) => headerValues(headers, name));
  return values.flatMap((value) => [value.replace(/^\S+\s+/, ''), value]);
}
