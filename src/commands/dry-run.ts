import { deadlineMs } from '../contract/limits.ts';
import { curlCommand } from '../delivery/curl.ts';
import { ExitCode } from '../errors.ts';
import type { Composed } from '../fixtures/compose.ts';
import { headerObject } from '../render/delivery-record.ts';
import { safe, safeLine } from '../render/text.ts';
import { talker } from './context.ts';
import { payloadOf, type Parcel, type Run } from './parcel.ts';

/** Prints what would be sent, as curl lines or NDJSON. */
export function printDryRun(parcels: readonly Parcel[], drafts: readonly Composed[], run: Run): ExitCode {
  const { host, options, secret, url, compose } = run;
  for (const [index, draft] of drafts.entries()) {
    const parcel = parcels[index]!;
    const payload = payloadOf(draft, parcel, secret, options);
    const unchanged = compose.edits?.length === 0 && options.chatId === undefined;
    const curl = curlCommand(payload, {
      url,
      insecure: options.insecure ?? false,
      caFile: options.cacert,
      bodyFrom: unchanged ? parcel.bodyFrom : undefined,
      maxTimeSeconds: (options.timeout ?? deadlineMs) / 1000,
    });
    if (!options.json) {
      host.stdout.write(`# ${safeLine(draft.name)}\n${safe(curl)}\n`);
      continue;
    }
    const request = { method: payload.method, url: url.href, headers: headerObject(payload.headers, secret) };
    host.stdout.write(
      `${JSON.stringify({ type: 'request', fixture: draft.name, ...request, body: draft.body.toString('utf8'), curl })}\n`,
    );
  }
  if (drafts.some((draft) => draft.files.length > 0) && options.fileBaseUrl === undefined)
    talker(
      host,
      options,
    )('! asset: links are served only while a delivery runs; with --file-base-url they can be fetched');
  return ExitCode.ok;
}
