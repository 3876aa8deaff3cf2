import { bearer } from '../contract/bearer.ts';
import { mergeHeaders, type RawHeader } from '../http/headers.ts';

/** A request about to leave. */
export interface Payload {
  /** What output calls it: a fixture's name, a file's path, a check's id. */
  name: string;
  method: string;
  /** Everything but `Host`, the framing and `Connection`, which `deliver` adds. */
  headers: RawHeader[];
  body: Uint8Array;
  /** How the end of the body is told: Suvvy sends a `Content-Length` (`fresh-connection`). */
  framing: 'content-length' | 'chunked';
}

export interface PayloadOptions extends RequestOptions {
  name: string;
  body: Uint8Array | string;
}

/** How a body leaves. */
export interface RequestOptions {
  /** Sent as `Authorization: Bearer <secret>` (R7); none, no header (`no-secret-no-header`). */
  secret?: string | null | undefined;
  /** Replace a header of the same name, whatever its case, or join the end. */
  headers?: readonly RawHeader[] | undefined;
  /** Default `POST` (R6). */
  method?: string | undefined;
  framing?: Payload['framing'] | undefined;
  /** Default `application/json`; null sends none. */
  contentType?: string | null | undefined;
}

/** A request such as Suvvy sends (R6, R7; headers in canonical case, because some receivers read no other). */
export function createPayload(options: PayloadOptions): Payload {
  const { name, body, secret, headers = [], method = 'POST', framing = 'content-length' } = options;
  const { contentType = 'application/json' } = options;
  const standard: RawHeader[] = contentType === null ? [] : [['Content-Type', contentType]];
  if (secret) standard.push(['Authorization', bearer(secret)]);
  return {
    name,
    method,
    headers: mergeHeaders(standard, headers),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    framing,
  };
}

/** The headers as they go out: those of the payload, and around them `Host` and what tells the end of the body. */
export function wireHeaders(payload: Payload, url: URL): RawHeader[] {
  const headers = [...payload.headers];
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has('host')) headers.unshift(['Host', url.host]);
  if (payload.framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked']);
  else if (!names.has('content-length')) headers.push(['Content-Length', String(payload.body.byteLength)]);
  return headers;
}
