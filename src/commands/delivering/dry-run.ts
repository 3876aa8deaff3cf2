import { deadlineMs } from '../../contract/limits.ts';
import { headerObject } from '../../contract/shown-headers.ts';
import { curlCommand } from '../../delivery/curl.ts';
import { createPayload } from '../../delivery/payload.ts';
import { ExitCode } from '../../errors.ts';
import { linksBelow } from '../../fixtures/compose.ts';
import { jsonLine, safe, safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { composeDraft, numberedDraft, requestOf, type DeliveryRun, type DraftSources } from './draft.ts';

/** Prints what would be sent, as curl lines or NDJSON. */
export async function printDryRun(sources: DraftSources, run: DeliveryRun): Promise<ExitCode> {
  const { host, options, url, edits } = run;
  let unlinked = false;
  let n = 0;
  for await (const source of sources) {
    n += 1;
    const draft = numberedDraft(await composeDraft(source, run), n, run);
    unlinked ||= draft.files.length > 0 && options.fileBaseUrl === undefined;
    const body = draft.body(linksBelow(options.fileBaseUrl, draft.files));
    const payload = createPayload({ ...requestOf(source, run), name: draft.name, body });
    const unchanged = edits.length === 0 && options.chatId === undefined;
    const curl = curlCommand(payload, {
      url,
      insecure: options.insecure ?? false,
      caFile: options.cacert,
      bodyFrom: unchanged ? source.bodyFrom : undefined,
      maxTimeSeconds: (options.timeout ?? deadlineMs) / 1000,
    });
    if (!options.json) {
      host.stdout.write(`# ${safeLine(draft.name)}\n${safe(curl)}\n`);
      continue;
    }
    const request = {
      method: payload.method,
      url: url.href,
      headers: headerObject(payload.headers),
    };
    host.stdout.write(
      `${jsonLine({ type: 'request', fixture: draft.name, ...request, body: body.toString('utf8'), curl })}\n`,
    );
  }
  if (unlinked)
    talker(
      host,
      options,
    )('! asset: links are served only while a delivery runs; with --file-base-url they can be fetched');
  return ExitCode.ok;
}
