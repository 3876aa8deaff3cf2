import type { createBearerCheck } from '../contract/bearer.ts';
import { headerValues, type RawHeaders } from '../http/headers.ts';
import { jsonAnswer, type Answer } from '../receiver/answer.ts';

/** Sent with every answer, refusals included (S4). Nothing of the page is inline, and nothing comes from elsewhere. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src blob:',
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** The head of a request, as it came: nothing in it is decoded. */
export interface Head {
  target: string;
  rawHeaders: RawHeaders;
}

export interface Gate {
  /** The port that was bound. */
  port: number;
  checkToken: ReturnType<typeof createBearerCheck>;
}

/**
 * The refusal that a request earns before anybody looks at where it leads to; null where it may pass (S2, S3).
 *
 * A page that had its own name lead here (DNS rebinding) is same-origin to its browser and sends no `Sec-Fetch-Site`
 * that tells: `Host` alone gives it away.
 */
export function refuseAtGate({ target, rawHeaders }: Head, { port, checkToken }: Gate): Answer | null {
  const [host, ...moreHosts] = headerValues(rawHeaders, 'host');
  if (host === undefined || moreHosts.length > 0 || !isOwnHost(host, port))
    return jsonAnswer(421, { error: `this server answers to 127.0.0.1:${port} alone` });
  const origins = headerValues(rawHeaders, 'origin');
  if (origins.length > 1 || origins.some((origin) => origin !== `http://${host}`))
    return jsonAnswer(403, { error: 'the request comes from another web page' });
  if (!target.startsWith('/')) return jsonAnswer(400, { error: 'the target of a request is a path' });
  if (isStatic(target)) return null;
  if (checkToken(headerValues(rawHeaders, 'authorization')) === 'ok') return null;
  const error = 'the token of this run is missing: it stands in the address that was printed at the start';
  return jsonAnswer(401, { error }, { 'WWW-Authenticate': 'Bearer' });
}

/** By its own spelling: whatever else might lead there is not static, and needs the token. */
function isStatic(target: string): boolean {
  return staticTargets.has(target);
}

/** What is the same for everybody, and has no data in it. */
export const staticTargets: ReadonlySet<string> = new Set(['/', '/app.js', '/ru.js', '/app.css', '/favicon.ico']);

function isOwnHost(host: string, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}
