import { basename } from 'node:path';
import { URL } from 'node:url';
import { isAcknowledged } from '../contract/limits.ts';
import { isObject } from '../contract/field-path.ts';
import { HookError } from '../errors.ts';
import { escapeJson, safeLine } from '../text/safe.ts';
import { createScrubber, type Scrubber } from './scrub.ts';

/** A scenario made of a recording. */
export interface MadeScenario {
  /** YAML. */
  text: string;
  /** Files that it sends: a recording has their names alone. */
  files: string[];
  /** How many lines could not be read. */
  bad: number;
}

type Line = Record<string, unknown>;

/** What somebody may need to go through their phone. */
const within = '60s';

/**
 * Makes a scenario of what `mock --record` wrote: what customers wrote is expected, what was sent is said. Ids, names,
 * phones and addresses of people are replaced.
 *
 * @param name what an error calls the recording
 * @throws HookError (exit 2) for what is no such recording, or has no chat in it
 */
export function scenarioOf(bytes: Buffer, name: string): MadeScenario {
  const { lines, bad, isJournal } = readLines(bytes);
  const events = lines.filter((line) => isTaken(line) || line['kind'] === 'delivery');
  if (events.length === 0) throw nothingIn(name, lines.length, isJournal);
  const scrub = createScrubber(lines.filter(({ kind }) => kind === 'customer'));
  const chats = new Set(events.flatMap(({ chatId }) => (typeof chatId === 'string' ? [chatId] : [])));
  const files: string[] = [];
  let hasCustomer = false;
  const steps = events.flatMap((line) => {
    const isAmbiguous = chats.size > 1 || (line['kind'] === 'delivery' && !hasCustomer);
    const chat =
      isAmbiguous && typeof line['chatId'] === 'string' ? [`    chat_id: ${json(scrub.id(line['chatId']))}`] : [];
    if (line['kind'] === 'delivery') return sayLines(line, chat, { scrub, files });
    hasCustomer = true;
    return expectLines(line, chat, scrub);
  });
  if (steps.length === 0) throw nothingIn(name, lines.length, isJournal);
  const text = [...headLines(name, events), 'steps:', ...steps, ''].join('\n');
  return { text, files: [...new Set(files)], bad };
}

function readLines(bytes: Buffer): { lines: Line[]; bad: number; isJournal: boolean } {
  const lines: Line[] = [];
  let bad = 0;
  let isJournal = false;
  for (const text of bytes.toString('utf8').split('\n')) {
    if (text.trim() === '') continue;
    const line = parsed(text);
    if (line?.['v'] === 2 && typeof line['kind'] === 'string') lines.push(line);
    else bad += 1;
    isJournal ||= line?.['v'] === 1;
  }
  return { lines, bad, isJournal };
}

function parsed(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isTaken({ kind, status, sender }: Line): boolean {
  return kind === 'customer' && typeof status === 'number' && isAcknowledged(status) && sender === 'customer';
}

function nothingIn(name: string, lines: number, isJournal: boolean): HookError {
  const hint = 'npx suvvy-hook mock --record FILE writes one';
  if (lines > 0) return new HookError(`nobody has written anything in ${name}, and nothing was sent`);
  const what = isJournal ? 'was written by listen --record, which has one side alone' : 'is not a recording of mock';
  return new HookError(`${name} ${what}`, { hint });
}

function headLines(name: string, events: readonly Line[]): string[] {
  const url = events.map((event) => event['url']).find((one) => typeof one === 'string');
  // What stands behind a question mark is more often a token than not.
  const webhook = url !== undefined && URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : null;
  return [
    '# Ids, names, phones and e-mail addresses are replaced: look it through before you keep it.',
    '# A recording does not have what the messenger posts to the app. Put that before each "expect: customer":',
    '#   - post: /telegram',
    '#     file: update.json',
    '# Without it somebody has to write in the messenger while this runs.',
    `name: ${json(safeLine(`recorded in ${basename(name)}`))}`,
    `webhook: ${json(webhook ?? 'http://localhost:3000/webhook')}`,
  ];
}

function expectLines({ text, attachments }: Line, chat: readonly string[], scrub: Scrubber): string[] {
  const lines = ['  - expect: customer', `    within: ${within}`, ...chat];
  if (typeof text === 'string') return [...lines, `    text: ${json(scrub.text(text))}`];
  const [first] = Array.isArray(attachments) ? attachments.filter(isObject) : [];
  return typeof first?.['fileType'] === 'string' ? [...lines, `    type: ${json(first['fileType'])}`] : lines;
}

function sayLines(
  { request, delivered }: Line,
  chat: readonly string[],
  { scrub, files }: { scrub: Scrubber; files: string[] },
): string[] {
  const event = isObject(request) && typeof request['body'] === 'string' ? parsed(request['body']) : null;
  const messages = Array.isArray(event?.['new_messages']) ? event['new_messages'].filter(isObject) : [];
  const parts = messages.flatMap(({ type, text, file }) => {
    if (typeof text === 'string') return [`{ text: ${json(scrub.text(text))} }`];
    if (!isObject(file) || typeof file['name'] !== 'string' || typeof type !== 'string') return [];
    const name = scrub.text(basename(file['name']));
    files.push(name);
    return [`{ ${type}: ${json(name)} }`];
  });
  if (parts.length === 0) return [];
  const who = messages[0]?.['message_sender'] === 'employee' ? 'employee' : 'bot';
  return [
    `  - ${who}:`,
    ...parts.map((part) => `      - ${part}`),
    ...chat,
    `    delivered: ${delivered === true ? 'true' : 'false'}`,
  ];
}

/** JSON is YAML. */
function json(text: string): string {
  return escapeJson(JSON.stringify(text));
}
