import * as z from 'zod';
import { caseOutcomes, levels, reportSchemaVersion, type CheckReport } from './report.ts';

const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const phase = z.number().nullable();

const exchangeSchema = z.object({
  method: z.string(),
  headers,
  body: z.string(),
  response: z.object({ status: z.int(), headers, bodyExcerpt: z.string() }).nullable(),
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
  rules: z.array(z.string()),
  outcome: z.enum(caseOutcomes),
  gating: z.boolean(),
  reason: z.string().nullable(),
  expected: z.string(),
  actual: z.string(),
  hint: z.string().nullable(),
  why: z.string().nullable(),
  fix: z.string().nullable(),
  errorLine: z.string().nullable(),
  requests: z.array(exchangeSchema),
  tookMs: z.number().optional(),
  reproduce: z.object({ curl: z.string().nullable(), command: z.string() }),
});

/** `CheckReport` as a zod schema: the published JSON Schema is made from it. */
export const checkReportSchema: z.ZodType<CheckReport> = z.object({
  schemaVersion: z.literal(reportSchemaVersion),
  tool: z.object({ name: z.string(), version: z.string() }),
  catalogue: z.object({ version: z.string() }),
  run: z.object({
    startedAt: z.string(),
    durationMs: z.number(),
    profile: z.string(),
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
  diagnosis: z.object({ summary: z.string(), firstFix: z.string().nullable() }),
  rootCauses: z.array(z.object({ code: z.string(), message: z.string(), cases: z.array(z.string()) })),
  cases: z.array(caseResultSchema),
});
