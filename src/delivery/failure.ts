import { errorCode, isError } from '../errors.ts';
import type { Failure, FailureCode } from './outcome.ts';

export const broken: Failure = {
  code: 'connection_reset',
  message: 'the connection was closed before an answer came',
};

export const interrupted: Failure = { code: 'interrupted', message: 'stopped before an answer came' };

/** The deadline has passed. `connected`: whether TCP was connected. */
export function timeoutFailure(connected: boolean, timeoutMs: number): Failure {
  const seconds = timeoutMs / 1000;
  if (!connected) return { code: 'connect_timeout', message: `no connection within ${seconds} s` };
  return { code: 'timeout', message: `no answer within ${seconds} s` };
}

/** A number that cannot be a status. */
export function impossibleStatus(status: number): Failure {
  return { code: 'protocol', message: `the answer is not valid HTTP: its status is ${status}` };
}

/** Plain HTTP was sent, and a TLS record came back. */
export const tlsAnswer: Failure = { code: 'protocol', message: 'the answer is not HTTP, but TLS' };

export function tooManyInterim(limit: number): Failure {
  return { code: 'protocol', message: `more than ${limit} interim (1xx) answers` };
}

/** Words for why a request got no answer. `connected`: whether TCP was connected. */
export function explainFailure(error: unknown, url: URL, connected: boolean): Failure {
  const cause = firstCause(error);
  const code = errorCode(cause) ?? '';
  const text = isError(cause) ? cause.message : String(cause);
  const known = byCode[code];
  if (isTlsAnswer(cause)) return tlsAnswer;
  if (code.startsWith('HPE_') || isNotHttp(cause, code, text))
    return { code: 'protocol', message: `the answer is not valid HTTP: ${text}` };
  if (known) return { code: known.code, message: known.message(url) };
  if (isTls(code, text)) return { code: 'tls', message: describeTlsFailure(code, text) };
  if (connected) return { code: 'connection_reset', message: `the connection broke: ${withoutOpenssl(text)}` };
  return { code: 'connection_refused', message: withoutOpenssl(text) };
}

/** If a name has two addresses, Node throws an AggregateError. The last address is the one where it stopped. */
function firstCause(error: unknown): unknown {
  const { errors } = (isError(error) ? error : {}) as Partial<AggregateError>;
  return Array.isArray(errors) && errors.length > 0 ? errors.at(-1) : error;
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

/**
 * Recognised by the bytes that could not be read as HTTP: a TLS record begins with its type, alert or handshake, and a
 * version 3.x.
 */
function isTlsAnswer(cause: unknown): boolean {
  if (!isError(cause)) return false;
  const { rawPacket, data } = cause as { rawPacket?: Uint8Array; data?: unknown };
  const start = rawPacket ? Buffer.from(rawPacket.subarray(0, 2)).toString('latin1') : String(data ?? '').slice(0, 2);
  return start === '\x15\x03' || start === '\x16\x03';
}

/** undici has no code for most of what is not HTTP to it. */
function isNotHttp(cause: unknown, code: string, text: string): boolean {
  const name = isError(cause) ? cause.name : '';
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

/** What Node and OpenSSL say about a failed handshake, in our words: their words name places in their source code. */
export function describeTlsFailure(code: string, text: string): string {
  const words = certificateWords[code];
  if (words) return words;
  const { reason, alert } = readOpenssl(text);
  if (alert !== null) return byAlert[alert] ?? `the receiver ended the TLS handshake with alert ${alert} (${reason})`;
  if (/wrong version number|packet length too long|unknown protocol/.test(reason)) return notTls;
  if (/unsupported protocol|version too low/.test(reason)) return oldTls;
  return `the TLS handshake failed: ${reason}`;
}

/** A message of Node. If it contains a line of OpenSSL, only the reason in it. */
function withoutOpenssl(text: string): string {
  return opensslLine.test(text) ? readOpenssl(text).reason : text;
}

export const notTls = 'the port does not speak TLS';
export const oldTls = 'the receiver has neither TLS 1.2 nor TLS 1.3';
export const clientCertificate = 'the receiver requires a client certificate';

/** Whether the handshake failed because of the receiver's certificate. */
export function isCertificateFailure(message: string): boolean {
  return Object.values(certificateWords).includes(message);
}

const certificateWords: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'a certificate of the chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the chain is incomplete: an intermediate certificate is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is not known',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
};

/** Alerts of RFC 8446, section 6: what the other side says before it closes the connection. */
const byAlert: Record<number, string> = {
  40: 'the receiver ended the TLS handshake (alert 40): no cipher in common, or it requires a client certificate',
  // We send no certificate, so a certificate that is bad or missing is the one that we did not send.
  42: clientCertificate,
  70: oldTls,
  112: 'the receiver has no certificate for this host name (TLS alert 112)',
  116: clientCertificate,
};

/** `error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl/x.c:1601:SSL alert number 70` */
const opensslLine = /error:[0-9A-F]+:[^:]*:[^:]*:([^:]*)(?::[^\n]*?(?:SSL alert number (\d+)|$))?/im;

function readOpenssl(text: string): { reason: string; alert: number | null } {
  const [, reason, alert] = opensslLine.exec(text) ?? [];
  if (reason === undefined) return { reason: text, alert: null };
  const plain = reason.replace(/^(tlsv1\d?|sslv3)( alert)? /, '').trim();
  return { reason: plain, alert: alert === undefined ? null : Number(alert) };
}
