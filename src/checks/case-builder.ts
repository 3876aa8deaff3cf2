import { randomBytes } from 'node:crypto';
import type { FileMessage, Message, NewMessagesEvent } from '../contract/event-types.ts';
import { fileMessageTypes, type FileMessageType } from '../contract/message-types.ts';
import { listFixtures } from '../fixtures/list.ts';
import { loadFixtures } from '../fixtures/load.ts';
import type { CaseBuilder, Probe, Twin } from './case.ts';

/** A public https link like those of Suvvy: the one in the example on its page. */
export const publicLink = 'https://i.imgur.com/ucYKBpa.png';

/** What all builders of one run share. */
export interface CaseBuilderOptions {
  secret: string | null;
  chatId: string | null;
  /** The user chose the links: there is no reason to try others. */
  ownLinks: boolean;
}

/** Makes a builder for each case. Its texts contain the id of the case. */
export async function createCaseBuilders(
  options: CaseBuilderOptions,
): Promise<(caseId: string, control: CaseBuilder['control']) => CaseBuilder> {
  const messages = await bundledFileMessages();
  const nonce = randomBytes(8).toString('hex');
  const random = randomText(options.secret?.length ?? 24);
  const wrongSecret = random === options.secret ? `${random}x` : random;
  return (caseId, control) => createCaseBuilder(caseId, messages, { ...options, nonce, wrongSecret, control });
}

/** For each type, the fixture with all its kinds of file (`images`), or otherwise its only one (`image`). */
async function bundledFileMessages(): Promise<Message[]> {
  const names = new Set((await listFixtures()).map(({ name }) => name));
  const fixtures = await loadFixtures(fileMessageTypes.map((type) => (names.has(`${type}s`) ? `${type}s` : type)));
  return fixtures.flatMap(({ body }) => (JSON.parse(body.toString('utf8')) as NewMessagesEvent).new_messages);
}

type CaseBuilderSettings = CaseBuilderOptions & Pick<CaseBuilder, 'nonce' | 'wrongSecret' | 'control'>;

function createCaseBuilder(caseId: string, bundled: readonly Message[], settings: CaseBuilderSettings): CaseBuilder {
  const { secret, chatId, nonce, wrongSecret, control, ownLinks } = settings;
  const event = (messages: readonly object[]): ReturnType<CaseBuilder['event']> => ({
    event_type: 'new_messages',
    ...(chatId === null ? {} : { chat_id: chatId }),
    new_messages: messages,
  });
  const probe = (label: string, messages: readonly Message[], more: Partial<Probe>): Probe => {
    const own: Probe = { label, event: event(messages), ...more };
    return ownLinks || !messages.some(isServed)
      ? own
      : { ...own, twin: publicTwin(own, messages.map(publiclyLinked), event) };
  };
  const text: CaseBuilder['text'] = (words, sender = 'ai') => ({
    type: 'text',
    message_sender: sender,
    text: `${words} [suvvy-hook check ${caseId}]`,
  });
  return {
    secret,
    chatId,
    nonce,
    word: (name) => `${name}${nonce}`,
    wrongSecret,
    event,
    text,
    control,
    sample: (words) => (control === 'text' ? event([text(words)]) : { event_type: 'test_request' }),
    files: (type: FileMessageType) => bundled.filter((message): message is FileMessage => message.type === type),
    batch: (variants, more = {}) => ({
      ...probe(
        variants.map(([label]) => label).join(', '),
        variants.map(([, message]) => message),
        more,
      ),
      parts: variants.length > 1 ? variants.map(([label, message]) => probe(label, [message], more)) : [],
    }),
  };
}

function publicTwin(probe: Probe, messages: Message[], event: CaseBuilder['event']): Twin {
  return {
    lasting: true,
    probe: { ...probe, label: 'the same with a public https link', event: event(messages) },
    warning:
      'the receiver accepts only public https links, which is what Suvvy sends; to check it with your own files, put them online and give --file-base-url',
  };
}

function isServed(message: Message): message is FileMessage {
  return message.file?.url.startsWith('asset:') ?? false;
}

function publiclyLinked(message: Message): Message {
  return isServed(message) ? { ...message, file: { ...message.file, url: publicLink } } : message;
}

/** Only letters and digits: the text must be valid as a secret in a header and in a shell. */
function randomText(length: number): string {
  return randomBytes(Math.max(1, length)).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, Math.max(1, length));
}
