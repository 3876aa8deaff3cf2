import { createPayload, type Payload } from '../delivery/payload.ts';
import { linksBelow, type Draft } from '../fixtures/compose.ts';
import { publicLink } from './case-builder.ts';
import { curlOf } from './case-result.ts';
import type { CheckOptions } from './options.ts';
import { composeProbe, probeRequest } from './probe.ts';
import { createRun } from './run.ts';

/** A request that a run would send. */
export interface DryRunRequest {
  caseId: string;
  label: string;
  payload: Payload;
  /** Null if the body is too long for a command line. */
  curl: string | null;
}

/**
 * The requests of a run in which nothing fails. Nothing is sent. Links to files are public ones, because we serve our
 * own only during a run.
 *
 * @throws HookError (exit 2) for an invalid selection
 */
export async function dryRunRequests(options: CheckOptions): Promise<DryRunRequest[]> {
  const { cases, builderFor, policy } = await createRun(options);
  const { fileBaseUrl } = options;
  const linksTo = ({ files }: Draft): string[] =>
    fileBaseUrl === undefined ? files.map(() => publicLink) : linksBelow(fileBaseUrl, files);
  const redact = policy.redactFor([]);
  const requests: DryRunRequest[] = [];
  for (const one of cases) {
    for (const probe of one.build(builderFor(one.id))) {
      const draft = await composeProbe(probe, one);
      const request = probeRequest(probe, policy.secret);
      const payload = createPayload({ ...request, name: draft.name, body: draft.body(linksTo(draft)) });
      const curl = curlOf({ payload, probe }, policy, redact);
      requests.push({ caseId: one.id, label: probe.label, payload, curl });
    }
  }
  return requests;
}
