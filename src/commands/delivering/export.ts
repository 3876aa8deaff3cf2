import { isUtf8 } from 'node:buffer';
import { deadlineMs } from '../../contract/limits.ts';
import { createPayload, type Payload } from '../../delivery/payload.ts';
import { ExitCode, HookError } from '../../errors.ts';
import { linksBelow } from '../../fixtures/compose.ts';
import { artilleryScript } from '../../load/export/artillery.ts';
import { k6Script } from '../../load/export/k6.ts';
import { secretVariable, type ExportedRequest, type ExportPlan } from '../../load/export/plan.ts';
import { redactorOf } from '../guard.ts';
import { composeDraft, requestOf, type DeliveryRun, type DraftSources, type DraftSurvey } from './draft.ts';

const scripts = { k6: k6Script, artillery: artilleryScript };

/** No engine reads a script of more than this in a reasonable time. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Prints the load as a script for another engine, and sends nothing.
 *
 * @throws HookError (exit 2) for what cannot stand in a script: the secret, above all
 */
export async function exportLoad(sources: DraftSources, survey: DraftSurvey, run: DeliveryRun): Promise<ExitCode> {
  const { host, options } = run;
  if (survey.needsFiles)
    throw new HookError('--export needs --file-base-url: nothing serves the files of this machine to other machines', {
      hint: 'put copies of the files where the receiver can fetch them, and give their address',
    });
  if (survey.bytes > maxBytes)
    throw new HookError('this is too much for one script: more than 32 MB of bodies', { hint: 'select fewer events' });
  // Artillery puts it in place of a name by String.replace, where `$&` means the name again.
  if (options.export === 'artillery' && run.secret?.includes('$'))
    throw new HookError('artillery cannot send a secret with a $ in it', { hint: 'take --export k6' });
  const script = scripts[options.export!](await planOf(sources, run));
  if (redactorOf(host).finds(script))
    throw new HookError('the script would have the secret in it: it stands in the URL, in a header or in a body', {
      hint: `the engine takes it from ${secretVariable}; leave it out of everything else`,
    });
  host.stdout.write(script);
  return ExitCode.ok;
}

async function planOf(sources: DraftSources, run: DeliveryRun): Promise<ExportPlan> {
  const { options, url, secret } = run;
  const timeoutMs = options.timeout ?? deadlineMs;
  const requests: ExportedRequest[] = [];
  for await (const source of sources) {
    const draft = await composeDraft(source, run);
    const body = draft.body(linksBelow(options.fileBaseUrl, draft.files));
    const payload = createPayload({ ...requestOf(source, run), secret: null, name: draft.name, body });
    requests.push(requestFor(payload, run));
  }
  return {
    url: url.href,
    requests,
    secret: secret !== null,
    perSecond: options.rate!,
    durationMs: options.duration!,
    concurrency: options.concurrency ?? null,
    timeoutMs,
    limitMs: Math.min(options.maxTime ?? deadlineMs, deadlineMs),
    status: options.expectStatus ?? '2xx',
    maxErrorRate: options.maxErrorRate ?? 0,
    insecure: options.insecure ?? false,
  };
}

function requestFor({ name, headers, body }: Payload, { placeholders }: DeliveryRun): ExportedRequest {
  if (!isUtf8(body)) throw new HookError(`${name} is not UTF-8, and a script can only have text`);
  const named = new Set(headers.map(([key]) => key.toLowerCase()));
  if (named.has('authorization') || named.has('cookie'))
    throw new HookError('--export writes no Authorization and no Cookie of --header into a file', {
      hint: `the secret comes from ${secretVariable} where the script runs`,
    });
  if (named.size < headers.length) throw new HookError(`${name} has a header twice, which a script cannot have`);
  return { name, headers, body: placeholders.compile(body) ?? { literals: [Buffer.from(body)], places: [] } };
}
