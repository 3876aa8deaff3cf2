import { profiles } from '../checks/case.ts';
import type { CheckOptions } from '../checks/options.ts';
import { levels } from '../checks/report.ts';
import { runChecks } from '../checks/run.ts';
import { caseOf } from '../checks/select.ts';
import { createRedactor } from '../contract/redact.ts';
import type { App } from '../http/serve-app.ts';
import { atCaller } from './caller.ts';
import type { CaseResult, CheckReport } from './check-report.ts';
import { verifyChoice, verifyMs, verifySecret, verifyStatus } from './options.ts';
import { openWebhook } from './webhook.ts';

/** What `checkWebhook` tries, and what makes the run fail. Times are in milliseconds. */
export interface CheckWebhookOptions extends Omit<CheckOptions, 'url' | 'onCase'> {
  /** Where an app or a server has its webhook; a slash in front of it may be left out. Default `/`. */
  path?: string | undefined;
  /** Told of each case as soon as it is judged. What it is given has no secret in it. */
  onCase?: ((result: CaseResult) => void) | undefined;
}

/**
 * Runs the conformance checks against a webhook. An app, or a server that does not listen yet, listens on a free port of
 * loopback for as long as the checks take, and is always closed again. A handler that throws, or whose promise rejects,
 * has answered 500 with the error as its text: the report shows it.
 *
 * @param webhook a URL, a Node request handler, an Express, Koa, Fastify or Hono app, an object with `fetch(request)`
 *   (Workers, Next), or a `http.Server`
 * @returns the report, with no secret in it; whether it is good is in `report.summary.exitCode` (0 is good)
 * @throws TypeError for what is none of these; HookError for an option that cannot be meant, with the choices
 * @example
 * const report = await checkWebhook(app, { path: '/webhook', secret: 's3cret' });
 * expect(report.cases.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
 */
export async function checkWebhook(
  webhook: string | URL | App,
  options: CheckWebhookOptions = {},
): Promise<CheckReport> {
  return atCaller(checkWebhook, async () => {
    const { path, onCase, ...rest } = options;
    verifyOptions(rest);
    const { leaves } = createRedactor(options.secret);
    const { url, close } = await openWebhook(webhook, { path, caller: checkWebhook.name });
    try {
      // The engine makes them wider: one function builds the result of every outcome.
      const tell = onCase && ((result: object): void => onCase(leaves(result) as CaseResult));
      return leaves(await runChecks({ ...rest, url, onCase: tell })) as CheckReport;
    } finally {
      await close();
    }
  });
}

function verifyOptions(options: Omit<CheckOptions, 'url' | 'onCase'>): void {
  const { secret, profile, gate, accept = {}, waivers = [], timeoutMs, expectFetchMs, callbackTimeoutMs } = options;
  verifySecret(secret);
  verifyChoice('profile', profile, profiles);
  verifyChoice('gate', gate, ['lenient', 'default', 'strict']);
  for (const [id, level] of Object.entries(options.levels ?? {})) {
    caseOf(id);
    verifyChoice(`the level of ${id}`, level, levels);
  }
  for (const [id, patterns] of Object.entries(accept)) {
    caseOf(id);
    for (const pattern of patterns) verifyStatus(`what ${id} accepts`, pattern);
  }
  for (const waiver of waivers) caseOf(waiver.case);
  verifyMs({
    timeoutMs,
    expectFetchMs,
    callbackTimeoutMs,
    maxP95Ms: options.maxP95Ms,
    maxLatencyMs: options.maxLatencyMs,
  });
}
