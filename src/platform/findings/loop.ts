import { formatMs } from '../../text/units.ts';
import type { CustomerMessage } from '../api/validate.ts';
import { findingOf, type Evidence, type Finding } from './finding.ts';
import { isOwnEvent, normalText, type NormalText } from './normal-text.ts';
import type { Said } from './said.ts';

/** A shorter text, in characters, may well be said by both sides: "ok". */
const tellingLength = 8;

/** A person does not answer so fast, in milliseconds. */
export const soonMs = 2000;

/** A message as it came. */
export interface SeenMessage {
  message: CustomerMessage;
  /** Of the bytes of each attachment, in base64; null where nobody asked for it. */
  digests: readonly (string | null)[];
  /** Monotonic, in milliseconds. */
  atMs: number;
  at: Date;
}

/** Whether a message of a customer is what we sent (`loop/self-talk`), or has it in it (`loop/quotation`). Pure. */
export function findLoop(seen: SeenMessage, lately: readonly Said[]): Finding | null {
  const { message } = seen;
  if (message.sender !== 'customer') return null;
  return ownEvent(seen) ?? returnedFile(seen, lately) ?? (message.text === null ? null : returnedText(seen, lately));
}

function ownEvent(seen: SeenMessage): Finding | null {
  const { text, chatId } = seen.message;
  if (text === null || !isOwnEvent(text)) return null;
  const message = 'the text is an event of ours as JSON: the webhook posts back what it gets';
  return findingOf('loop/self-talk', { chatId, message, messages: [evidenceOf(seen)] });
}

function returnedFile(seen: SeenMessage, lately: readonly Said[]): Finding | null {
  const { attachments, chatId } = seen.message;
  for (const [index, { bytes, fileName }] of attachments.entries()) {
    const digest = seen.digests[index] ?? null;
    if (digest === null || bytes === 0) continue;
    for (const said of lately) {
      const file = said.files.find(({ sha256 }) => sha256 === digest);
      if (!file) continue;
      const message = `${fileName} has the very bytes of ${file.name}, which we sent ${ago(seen, said)} before`;
      const messages = [saidEvidence(said, file.name), evidenceOf(seen)];
      return findingOf('loop/self-talk', { chatId, message, messages });
    }
  }
  return null;
}

function returnedText(seen: SeenMessage, lately: readonly Said[]): Finding | null {
  const { chatId } = seen.message;
  const came = normalText(seen.message.text ?? '');
  if (came.length === 0) return null;
  let quoted: Finding | null = null;
  for (const said of lately) {
    for (const text of said.texts) {
      const messages = (): Evidence[] => [saidEvidence(said, text.shown), evidenceOf(seen)];
      const isTelling = came.length >= tellingLength || seen.atMs - said.atMs <= soonMs;
      if (text.key === came.key && isTelling) {
        const message = `the message is what we sent ${ago(seen, said)} before: the bot's own words come back as a customer's`;
        return findingOf('loop/self-talk', { chatId, message, messages: messages() });
      }
      if (quoted === null && quotes(came, text)) {
        const message = `the message has in it what we sent ${ago(seen, said)} before`;
        quoted = findingOf('loop/quotation', { chatId, message, messages: messages() });
      }
    }
  }
  return quoted;
}

function quotes(came: NormalText, { head, length, key }: NormalText): boolean {
  return length >= tellingLength && came.length > length && key !== came.key && came.head.includes(head);
}

function ago({ atMs }: SeenMessage, said: Said): string {
  return formatMs(Math.max(0, atMs - said.atMs));
}

/** A message as what shows a finding. */
export function evidenceOf({ message, at }: Pick<SeenMessage, 'message' | 'at'>): Evidence {
  const { sender, messageId, text, attachments } = message;
  const shown = text?.slice(0, 200) ?? attachments[0]?.fileName.slice(0, 200) ?? '';
  return { from: sender, messageId, text: shown, at };
}

function saidEvidence({ sender, at }: Said, text: string): Evidence {
  return { from: sender, messageId: null, text, at };
}
