import type { Timing } from '../delivery/outcome.ts';

/** What a case is worth: what the page demands, what it recommends, what it does not ask for, what is only recorded. */
export const levels = ['MUST', 'SHOULD', 'MAY', 'OBS'] as const;

/** What a case is worth, from `MUST` (the page demands it) to `OBS` (only recorded). */
export type Level = (typeof levels)[number];

/** How a case ended. `error` is ours: the case could not be carried out. */
export const caseOutcomes = ['pass', 'fail', 'warn', 'info', 'skip', 'waived', 'error'] as const;

/** How a case ended; `error` is ours: it could not be carried out. */
export type CaseOutcome = (typeof caseOutcomes)[number];

/** Version of the shape below. */
export const reportSchemaVersion = 1;

/** The profile of a report on scenarios (`run`), which are no cases of the catalogue. */
export const scenarioProfile = 'scenario';

/** What `check` found: the one report that all others are made from. `report-schema.ts` says the same in zod. */
export interface CheckReport {
  schemaVersion: typeof reportSchemaVersion;
  tool: { name: string; version: string };
  catalogue: { version: string };
  run: {
    /** ISO 8601, UTC. */
    startedAt: string;
    durationMs: number;
    profile: string;
    /** Why the run ended early, in one sentence; null if it did not. */
    aborted: string | null;
  };
  target: { url: string; secretConfigured: boolean; chatId: string | null };
  summary: { total: number; exitCode: number } & Record<CaseOutcome, number>;
  diagnosis: Diagnosis;
  /** One cause behind many cases, such as a secret that is not the same. */
  rootCauses: { code: string; message: string; cases: string[] }[];
  cases: CaseResult[];
}

/** What comes first for whoever reads one sentence. */
export interface Diagnosis {
  /** What passes, what fails and of what, in a sentence. It may quote the receiver: sanitise before showing. */
  summary: string;
  /** The first thing to change; null where there is none. */
  firstFix: string | null;
}

export interface CaseResult {
  id: string;
  title: string;
  level: Level;
  /** Rule ids of Suvvy's page, such as R2. */
  rules: string[];
  outcome: CaseOutcome;
  /** Whether this outcome makes the run fail. */
  gating: boolean;
  /** In the words of `send`: status, redirect, unauthorized, timeout, ...; null where nothing went wrong. */
  reason: string | null;
  /** What was wanted, in one sentence. */
  expected: string;
  /** What came, in one sentence. It may quote the receiver: sanitise before showing. */
  actual: string;
  /** Why it matters and what to try; null where nothing went wrong. */
  hint: string | null;
  /** The first half of the hint: why it matters. */
  why: string | null;
  /** The second half: what to try. */
  fix: string | null;
  /**
   * The line that says what went wrong, of an error page, or of what the server itself wrote: `KeyError: 'text' at app.py:10`.
   * Null where neither says it. Sanitise before showing.
   */
  errorLine: string | null;
  requests: Exchange[];
  /** How long it took, in milliseconds, where that is more than its requests: a step of a scenario waits. */
  tookMs?: number | undefined;
  reproduce: { curl: string | null; command: string };
}

/** A request of a case, with the answer to it. */
export interface Exchange {
  method: string;
  headers: Record<string, string | string[]>;
  /** The body that was sent, clipped; the secret is nowhere in it. */
  body: string;
  response: { status: number; headers: Record<string, string | string[]>; bodyExcerpt: string } | null;
  timing: Timing;
}
