import type { BodyTemplate } from '../../fixtures/placeholders.ts';
import type { RawHeader } from '../../http/headers.ts';

/** One request of a load, for an engine that is not ours. */
export interface ExportedRequest {
  name: string;
  /** Without the secret. */
  headers: readonly RawHeader[];
  body: BodyTemplate;
}

/** A load, for an engine that is not ours. */
export interface ExportPlan {
  url: string;
  /** Sent in turn, all by POST. */
  requests: readonly ExportedRequest[];
  /** Whether each request carries the secret, which the engine has from its environment. */
  secret: boolean;
  perSecond: number;
  durationMs: number;
  /** How many at once, at the most; null where the engine may decide. */
  concurrency: number | null;
  /** A request ends after so long. */
  timeoutMs: number;
  /** An answer that begins later has not passed. */
  limitMs: number;
  /** What passes: a status, or a class such as `2xx`. */
  status: string;
  /** In percent; 0 lets none fail. */
  maxErrorRate: number;
  insecure: boolean;
}

/** The variable that both engines read the secret from. */
export const secretVariable = 'SUVVY_WEBHOOK_SECRET';

/** The first and the last status that pass. */
export function statusRange(pattern: string): { from: number; to: number } {
  const [from, to] = ['0', '9'].map((digit) => Number(pattern.replaceAll('x', digit))) as [number, number];
  return { from, to };
}
