import { errorCode } from '../errors.ts';
import type { Failure, FailureCode } from './outcome.ts';

export const broken: Failure = {
  code: 'connection_reset',
  message: 'the connection was closed before an answer came',
};

export const interrupted: Failure = { code: 'interrupted', message: 'given up before an answer came' };

/** The deadline passed. `connected`: whether TCP had come about. */
export function timeoutFailure(connected: boolean, timeoutMs: number): Failure {
  const seconds = timeoutMs / 1000;
  if (!connected) return { code: 'connect_timeout', message: `no connection within ${seconds} s` };
  return { code: 'timeout', message: `no answer within ${seconds} s` };
}

/** A number that no status can be. */
export function impossibleStatus(status: number): Failure {
  return { code: 'protocol', message: `the answer is not valid HTTP: its status is ${status}` };
}

export function tooManyInterim(limit: number): Failure {
  return { code: 'protocol', message: `more than ${limit} interim (1xx) answers` };
}

/** Words for what kept a request from being answered. `connected`: whether TCP had come about. */
export function explainFailure(error: unknown, url: URL, connected: boolean): Failure {
  const cause = firstCause(error);
  const code = errorCode(cause) ?? '';
  const text = cause instanceof Error ? cause.message : String(cause);
  const known = byCode[code];
  if (code.startsWith('HPE_') || isForeign(cause, code, text))
    return { code: 'protocol', message: `the answer is not valid HTTP: ${text}` };
  if (known) return { code: known.code, message: known.message(url) };
  if (isTls(code, text)) return { code: 'tls', message: tlsWords[code] ?? text };
  if (connected) return { code: 'connection_reset', message: `the connection broke: ${text}` };
  return { code: 'connection_refused', message: text };
}

/** With two addresses for one name Node gives an AggregateError: the last address is the one that it gave up on. */
function firstCause(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors.at(-1) : error;
}

const byCode: Record<string, { code: FailureCode; message: (url: URL) => string }> = {
  ECONNREFUSED: { code: 'connection_refused', message: (url) => `nothing listens on ${url.host}` },
  ECONNRESET: { code: 'connection_reset', message: () => broken.message },
  UND_ERR_SOCKET: { code: 'connection_reset', message: () => broken.message },
  EPIPE: { code: 'connection_reset', message: () => 'the connection was closed while the request was being sent' },
  ETIMEDOUT: { code: 'connect_timeout', message: (url) => `${url.host} does not answer connection attempts` },
  ENOTFOUND: { code: 'dns', message: (url) => `there is no address for ${url.hostname}` },
  EAI_AGAIN: { code: 'dns', message: (url) => `the name server did not answer for ${url.hostname}` },
  EHOSTUNREACH: { code: 'connection_refused', message: (url) => `there is no route to ${url.host}` },
  ENETUNREACH: { code: 'connection_refused', message: (url) => `the network of ${url.host} cannot be reached` },
  EADDRNOTAVAIL: { code: 'connection_refused', message: (url) => `${url.host} cannot be reached from this machine` },
};

/** undici has no code for most of what is not HTTP to it. */
function isForeign(cause: unknown, code: string, text: string): boolean {
  const name = cause instanceof Error ? cause.name : '';
  return (
    name === 'HTTPParserError' ||
    /^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/.test(code) ||
    /^bad (response|upgrade)$/.test(text)
  );
}

function isTls(code: string, text: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|EPROTO)/.test(code) || /SSL|TLS/.test(text)
  );
}

const tlsWords: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'a certificate of the chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the chain is incomplete: an intermediate certificate is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is not known',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  EPROTO: 'the port does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the port does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the port does not speak TLS',
};
