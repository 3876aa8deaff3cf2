import { bearer } from '../contract/bearer.ts';
import { mergeHeaders, type RawHeader } from '../http/headers.ts';

/** A request that is ready to be sent. */
export interface Payload {
  /** Its name in the output: the name of a fixture, the path of a file, the id of a check. */
  name: string;
  method: string;
  /** All headers except `Host`, the framing and `Connection`, which `deliver` adds. */
  headers: RawHeader[];
  body: Uint8Array;
  /** How the end of the body is marked: Suvvy sends a `Content-Length` (`fresh-connection`). */
  framing: 'content-length' | 'chunked';
}

/** What `createPayload` makes a request of. */
export interface PayloadOptions extends RequestOptions {
  name: string;
  body: Uint8Array | string;
}

/** How a body is sent. */
export interface RequestOptions {
  /** Sent as `Authorization: Bearer <secret>` (R7); without a secret, no header (`no-secret-no-header`). */
  secret?: string | null | undefined;
  /** They replace a header of the same name, in any case, or are added at the end. */
  headers?: readonly RawHeader[] | undefined;
  /** Default `POST` (R6). */
  method?: string | undefined;
  framing?: Payload['framing'] | undefined;
  /** Default `application/json`; null sends none. */
  contentType?: string | null | undefined;
}

/** A request as Suvvy sends it (R6, R7). Headers are in canonical case, because some receivers read no other. */
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

/** The headers as they are sent: those of the payload, and also `Host` and the framing of the body. */
export function wireHeaders(payload: Payload, url: URL): RawHeader[] {
  const headers = [...payload.headers];
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has('host')) headers.unshift(['Host', url.host]);
  if (payload.framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked']);
  else if (!names.has('content-length')) headers.push(['Content-Length', String(payload.body.byteLength)]);
  return headers;
}
