import type { FileMessage, Message } from '../../contract/event-types.ts';
import {
  fileMessageTypes,
  messageTypeNames,
  messageTypes,
  type FileMessageType,
  type MessageSender,
  type MessageTypeEntry,
} from '../../contract/message-types.ts';
import { formatMs } from '../../text/units.ts';
import { allOf, withArticle } from '../../text/words.ts';
import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type CaseBuilder, type Trial } from '../case.ts';
import { expectAnswered, expectDelivered, isDelivered } from '../judging.ts';
import { onStatus } from '../verdict/cause.ts';

const documented = {
  level: 'MUST',
  profile: 'default',
  expected: 'a 2xx within 20 s',
  dependsOn: [controlId],
  judge: expectDelivered,
} as const;

const lost = 'A message that is not acknowledged is lost: no retry is documented (R3).';
const later =
  'Store the message with its link, and answer 2xx once it is stored; if your messenger cannot show the file, send a link to it.';

const noMarkup = 'Never build a path, a header or HTML out of file.name.';

/** One case for each message type that carries a file. */
const typeCases = fileMessageTypes.map((type) => typeCase(type, messageTypes[type]));

function typeCase(type: FileMessageType, entry: MessageTypeEntry): CheckCase {
  const { mimeTypes, plural = `${type}s`, kinds = allOf(mimeTypes ?? [plural]) } = entry;
  const { note = mimeTypes ? `These are all the ${type} types that Suvvy can send.` : 'They may be of any type.' } =
    entry;
  return {
    ...documented,
    id: `deliver/${type}`,
    title: plural,
    rules: mimeTypes ? ['R20', 'R16'] : ['R19', 'R20'],
    sends: `${kinds} in one request; each on its own if that fails`,
    why: `${note} ${lost}`,
    remedies: onStatus(later),
    build: (builder) => [builder.batch(byType(builder.files(type)))],
  };
}

/** Events with files. */
export const fileCases: readonly CheckCase[] = [
  ...typeCases,
  {
    ...documented,
    id: 'deliver/file-size-range',
    title: 'sizes from 0 up',
    rules: ['R18'],
    sends: 'size_bytes of 0 and 1; and of 2^31+1 and 2^53-1, which count as MAY',
    why: `The page's range starts at 0 and has no end: 0 is not "missing", and a 32-bit integer is too small. ${lost}`,
    remedies: onStatus(
      'Check whether size_bytes is there, not whether it is true (0 is a size), and store it in 64 bits.',
    ),
    dependsOn: [controlId, 'deliver/document'],
    build: (builder) => [
      builder.batch(
        [0, 1].map((size) => [`${size} bytes`, withFile(anyDocument(builder), { size_bytes: size })] as const),
      ),
      builder.batch(
        [2 ** 31 + 1, 2 ** 53 - 1].map(
          (size) => [`${size} bytes`, withFile(anyDocument(builder), { size_bytes: size })] as const,
        ),
        { level: 'MAY' },
      ),
    ],
  },
  {
    ...documented,
    id: 'deliver/file-name-unicode',
    title: 'file names as people give them',
    rules: ['R16'],
    sends: 'Cyrillic letters, emoji, spaces and no extension in file.name; and 200 characters, which count as MAY',
    why: `Employees upload files with all kinds of names. ${lost}`,
    remedies: onStatus('Keep the name as text, and store the file under a name of your own.'),
    dependsOn: [controlId, 'deliver/document'],
    build: (builder) => [
      builder.batch(namedDocuments(builder, ['счёт №5.pdf', '☕ menu 👩‍🍳.pdf', 'price list  (final).pdf', 'README'])),
      builder.batch(namedDocuments(builder, [`${'long name '.repeat(20).slice(0, 196)}.pdf`]), { level: 'MAY' }),
    ],
  },
  {
    ...documented,
    id: 'deliver/file-name-hostile',
    title: 'file names as attackers give them',
    level: 'MAY',
    rules: ['R16'],
    sends: 'path steps, quotes, HTML and line breaks in file.name',
    expected: 'a 2xx or a 4xx: no 5xx, no hang',
    why: 'The name becomes part of a path, a header or a page somewhere, and there an attacker’s name can do harm.',
    remedies: {
      'server-error': noMarkup,
      reset: noMarkup,
    },
    harmful: true,
    dependsOn: [controlId, 'deliver/document'],
    build: (builder) => [
      builder.batch(
        namedDocuments(builder, [
          '../../etc/passwd',
          `a"b'c\`.pdf`,
          '<b onmouseover=alert(1)>.pdf',
          'a\r\nX-Injected: 1.pdf',
        ]),
      ),
    ],
    judge: judgeHostileNames,
  },
  {
    ...documented,
    id: 'deliver/batch-mixed',
    title: 'all types and both senders in one request',
    rules: ['R12', 'R13', 'R14', 'R15', 'R16'],
    profile: 'smoke',
    sends: `${allOf(messageTypeNames)} messages, from ai and from an employee, interleaved in one request`,
    why: `new_messages is a list of all new messages, and the sample on the page mixes types. ${lost}`,
    remedies: onStatus(
      'Decide by the type of each message. Keep a message that you cannot handle, so that a person can look at it, and continue with the list.',
    ),
    build: (builder) => [builder.batch(mixed(builder), { together: true })],
  },
];

/** Whether the receiver downloads the files. */
export const fetchCase: CheckCase = {
  id: 'files/fetched',
  title: 'files are downloaded',
  level: 'OBS',
  rules: ['R17'],
  profile: 'default',
  sends: `${allOf(fileMessageTypes.map(withArticle))} message whose links we serve`,
  expected: 'each file is downloaded completely (required with --expect-fetch)',
  why: 'The link is on Suvvy’s server, and how long it works is not documented: a receiver that does not download in time gets no file.',
  remedies: {
    expectation:
      'Download each file.url with a GET soon after answering. From a container, give --asset-host or --file-base-url.',
  },
  dependsOn: [controlId],
  late: true,
  build: (builder) => [
    { label: 'a file of each type', event: builder.event(fileMessageTypes.map((type) => builder.files(type)[0]!)) },
  ],
  judge: judgeFetched,
};

function byType(messages: readonly Message[]): (readonly [string, Message])[] {
  return messages.map((message) => [message.file?.mime_type ?? message.type, message] as const);
}

function withFile(message: FileMessage, changes: object): Message {
  return { ...message, file: { ...message.file, ...changes } };
}

function anyDocument(builder: CaseBuilder): FileMessage {
  return builder.files('document')[0]!;
}

function namedDocuments(builder: CaseBuilder, names: readonly string[]): (readonly [string, Message])[] {
  return names.map((name) => [JSON.stringify(name.slice(0, 40)), withFile(anyDocument(builder), { name })] as const);
}

/** Each type at least once, from both senders alternately, with texts between them. */
function mixed(builder: CaseBuilder): (readonly [string, Message])[] {
  const [first, ...others] = fileMessageTypes;
  const from = (type: FileMessageType, sender: MessageSender, at = 0): readonly [string, Message] => [
    `${type} from ${sender === 'ai' ? 'ai' : 'an employee'}`,
    { ...builder.files(type).at(at)!, message_sender: sender },
  ];
  return [
    ['text from ai', builder.text('Here is the mug you asked about.')],
    from(first!, 'ai'),
    ['text from an employee', builder.text('Ten per cent off for two, I have just confirmed it.', 'employee')],
    ...others.map((type, at) => from(type, at % 2 === 0 ? 'employee' : 'ai')),
    from(first!, 'employee', -1),
    ['a last text from ai', builder.text('Shall I place the order?')],
  ];
}

function judgeHostileNames(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const whole = expectAnswered(trials, facts, 'fail');
  if (whole.outcome === 'pass') return whole;
  if (trials.every(({ twin }) => twin && isDelivered(twin, facts))) return expectDelivered(trials, facts);
  const parts = trials.flatMap((trial) => trial.parts);
  const single = expectAnswered(parts, facts, 'fail');
  return single.outcome === 'pass' ? whole : single;
}

function judgeFetched(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const { files } = facts;
  if (!files)
    return {
      outcome: 'info',
      reason: null,
      actual: 'the files are at your --file-base-url, where we cannot see who fetches them',
    };
  const delivered = expectDelivered(trials, facts);
  if (delivered.outcome === 'fail') return delivered;
  const told = files.map(({ name, fetched, afterMs, bytes }) =>
    fetched
      ? `${name} fetched whole after ${formatMs(afterMs ?? 0)}`
      : `${name} ${afterMs === null ? 'not fetched' : `fetched in part (${bytes} bytes)`} when the run ended`,
  );
  const whole = files.every(({ fetched }) => fetched);
  return { outcome: whole ? 'pass' : 'fail', reason: whole ? null : 'expectation', actual: told.join('; ') };
}
