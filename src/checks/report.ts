import { z } from 'zod';

/** What a case is worth: what the page demands, what it recommends, what it does not ask for, what is only recorded. */
export const levels = ['MUST', 'SHOULD', 'MAY', 'OBS'] as const;

export type Level = (typeof levels)[number];

/** How a case ended. `error` is ours: the case could not be carried out. */
export const caseOutcomes = ['pass', 'fail', 'warn', 'info', 'skip', 'waived', 'error'] as const;

export type CaseOutcome = (typeof caseOutcomes)[number];

/** Version of the shape below. */
export const reportSchemaVersion = 1;

const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const phase = z.number().nullable();

const exchangeSchema = z.object({
  method: z.string(),
  headers,
  /** The body that was sent, clipped; the secret is nowhere in it. */
  body: z.string(),
  response: z.object({ status: z.int(), headers, bodyExcerpt: z.string() }).nullable(),
  /** Milliseconds. */
  timing: z.object({
    dnsMs: phase,
    connectMs: phase,
    tlsMs: phase,
    sendMs: phase,
    waitMs: phase,
    bodyMs: phase,
    totalMs: z.number(),
  }),
});

const caseResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  level: z.enum(levels),
  /** Rule ids of Suvvy's page, such as R2. */
  rules: z.array(z.string()),
  outcome: z.enum(caseOutcomes),
  /** Whether this outcome makes the run fail. */
  gating: z.boolean(),
  /** In the words of `send`: status, redirect, unauthorized, timeout, ...; null where nothing went wrong. */
  reason: z.string().nullable(),
  /** What was wanted, in one sentence. */
  expected: z.string(),
  /** What came, in one sentence. It may quote the receiver: sanitise before showing. */
  actual: z.string(),
  /** Why it matters and what to try; null where nothing went wrong. */
  hint: z.string().nullable(),
  requests: z.array(exchangeSchema),
  reproduce: z.object({ curl: z.string().nullable(), command: z.string() }),
});

/** What `check` found: the one report that all others are made from. */
export const checkReportSchema = z.object({
  schemaVersion: z.literal(reportSchemaVersion),
  tool: z.object({ name: z.string(), version: z.string() }),
  catalogue: z.object({ version: z.string() }),
  run: z.object({
    /** ISO 8601, UTC. */
    startedAt: z.string(),
    durationMs: z.number(),
    profile: z.string(),
    /** Why the run ended early, in one sentence; null if it did not. */
    aborted: z.string().nullable(),
  }),
  target: z.object({ url: z.string(), secretConfigured: z.boolean(), chatId: z.string().nullable() }),
  summary: z.object({
    total: z.int(),
    pass: z.int(),
    fail: z.int(),
    warn: z.int(),
    info: z.int(),
    skip: z.int(),
    waived: z.int(),
    error: z.int(),
    exitCode: z.int(),
  }),
  /** One cause behind many cases, such as a secret that is not the same. */
  rootCauses: z.array(z.object({ code: z.string(), message: z.string(), cases: z.array(z.string()) })),
  cases: z.array(caseResultSchema),
});

export type CheckReport = z.infer<typeof checkReportSchema>;

export type CaseResult = CheckReport['cases'][number];

export type Exchange = CaseResult['requests'][number];
