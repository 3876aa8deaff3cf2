import { networkInterfaces } from 'node:os';
import { fingerprint } from '../../contract/bearer.ts';
import type { Host } from '../../host.ts';
import { isLoopback, urlsOfAll } from '../../http/address.ts';
import { formatStep } from '../../receiver/parse-script.ts';
import type { Listening } from '../../receiver/server.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { talker, type GlobalOptions } from '../context.ts';
import type { AnswerFlags } from '../flags/answer-flags.ts';
import { answerNotes } from './answer.ts';
import type { AddressOptions } from '../flags/listen-or-fallback.ts';
import type { ReadyFile } from '../ready-file.ts';

interface AnnounceOptions extends GlobalOptions, AddressOptions, AnswerFlags {
  path?: string;
}

/** Where the ready line goes. */
export interface ReadyOutputs {
  write: (lines: string[]) => void;
  file: ReadyFile;
}

/** Tells where it listens: the ready line, the words for a person, the ready file. */
export async function printReady(
  { url, port, address, ui }: Listening & { ui: string | undefined },
  options: AnnounceOptions,
  secret: string | null,
  host: Host,
  { write, file }: ReadyOutputs,
): Promise<void> {
  const ready = jsonLine({ type: 'ready', url, port, ui });
  if (options.json) write([ready]);
  const talk = talker(host, options);
  if (!isLoopback(address))
    talk(`! ${safeLine(url)} can be reached from other machines${secret ? '' : ', and no secret is checked'}`);
  answerNotes(options).forEach(talk);
  if (!options.json) {
    const others = urlsOfAll(url, address, networkInterfaces());
    await printTarget(url, others, { options, secret, host, ui });
  }
  // Written last, so that a script that waits for it finds everything else already written.
  await file.write(`${ready}\n`);
}

/** @param others URLs that also lead here, if no machine has the host of the requested one */
async function printTarget(
  link: string,
  others: readonly string[],
  {
    options,
    secret,
    host,
    ui,
  }: { options: AnnounceOptions; secret: string | null; host: Host; ui: string | undefined },
): Promise<void> {
  const talk = talker(host, options);
  const style = await host.style(host.stderr, options);
  const url = safeLine(link);
  const checked = secret ? `checks the secret sha256:${fingerprint(secret)}` : 'checks no secret (--secret)';
  talk(`${style.bold(`listening on ${url}`)}  ${options.path === undefined ? 'any path · ' : ''}${checked}`);
  if (others.length > 0) talk(`reach it at ${others.map(safeLine).join(' · ')}`);
  if (options.forward) talk(`passes events on to ${safeLine(String(options.forward))}`);
  if (options.respond) talk(`answers by the script ${options.respond.map(formatStep).join(',')}`);
  if (ui !== undefined) talk(style.bold(`inspector: ${ui}`));
  const trial = `npx suvvy-hook send fixture --url ${safeLine(others[0] ?? link)}${options.path === undefined ? '/' : ''}`;
  talk(style.dim(`try it: ${trial}${secret ? ' --secret "$SUVVY_WEBHOOK_SECRET"' : ''}`));
  talk(style.dim('Ctrl-C ends it\n'));
}
