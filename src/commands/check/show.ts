import { dryRunRequests } from '../../checks/dry-run.ts';
import { caseOf, selectCases } from '../../checks/select.ts';
import { loadConfig } from '../../config/load.ts';
import { headerObject } from '../../contract/shown-headers.ts';
import { ExitCode } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { padEnd } from '../../text/layout.ts';
import { safe, safeLine } from '../../text/safe.ts';
import { caseScreen } from './case-page.ts';
import type { CheckFlags } from './flags.ts';
import { planCheck, selectionOf } from './plan.ts';

/** `--list`, `--explain` and `--dry-run`: what there is to know before anything is sent. */
export async function showCases(flags: CheckFlags, host: Host): Promise<ExitCode> {
  if (flags.explain !== undefined) await explain(flags.explain, flags, host);
  else if (flags.list) await list(flags, host);
  else await dryRun(flags, host);
  return ExitCode.ok;
}

async function explain(id: string, flags: CheckFlags, host: Host): Promise<void> {
  const found = caseOf(id);
  const style = await host.style(host.stdout, flags);
  host.stdout.write(flags.json ? `${JSON.stringify({ type: 'case', ...dataOf(found) })}\n` : caseScreen(found, style));
}

/** Without a choice, all there are. */
async function list(flags: CheckFlags, host: Host): Promise<void> {
  const loaded = await loadConfig(host.cwd, flags.config, host);
  const chosen = selectionOf(flags, loaded?.config ?? {});
  const capabilities = { secret: true, 'no-secret': true, callback: true, effect: true };
  const { profile = 'full' } = chosen;
  const cases = selectCases({ ...chosen, profile, capabilities });
  if (flags.json) {
    host.stdout.write(cases.map((one) => `${JSON.stringify({ type: 'case', ...dataOf(one) })}\n`).join(''));
    return;
  }
  const style = await host.style(host.stdout, flags);
  const width = Math.max(...cases.map(({ id }) => id.length));
  const lines = cases.map(
    (one) => `${padEnd(one.id, width)}  ${one.level.padEnd(6)}  ${one.profile.padEnd(7)}  ${style.dim(one.title)}`,
  );
  host.stdout.write(`${lines.join('\n')}\n`);
}

function dataOf({
  id,
  title,
  level,
  rules,
  profile,
  needs,
  dependsOn,
  sends,
  expected,
  why,
  remedies,
}: ReturnType<typeof caseOf>): object {
  const remedy = [...new Set(Object.values(remedies))].join(' ');
  return { id, title, level, rules, profile, needs: needs ?? null, dependsOn, sends, expected, why, remedy, remedies };
}

async function dryRun(flags: CheckFlags, host: Host): Promise<void> {
  const { options } = await planCheck(flags, host);
  for (const { caseId, label, payload, curl } of await dryRunRequests(options)) {
    const line = flags.json
      ? JSON.stringify({
          type: 'request',
          case: caseId,
          label,
          method: payload.method,
          url: options.url.href,
          headers: headerObject(payload.headers),
          body: payload.body.byteLength,
          curl,
        })
      : `# ${caseId}: ${safeLine(label)}\n${curl === null ? `# a body of ${payload.body.byteLength} bytes: too long for a command line` : safe(curl)}`;
    host.stdout.write(`${line}\n`);
  }
}
