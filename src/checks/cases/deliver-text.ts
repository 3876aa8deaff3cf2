import { asciiJson } from '../../text/safe.ts';
import { publicLink } from '../case-builder.ts';
import {
  controlId,
  type CaseBuilder,
  type CaseFacts,
  type CaseFinding,
  type CheckCase,
  type Probe,
  type Trial,
} from '../case.ts';
import { describeAnswer, expectDelivered } from '../judging.ts';
import { inSentences } from '../verdict/advice.ts';
import { onStatus } from '../verdict/cause.ts';

const documented = {
  level: 'MUST',
  profile: 'default',
  expected: 'a 2xx within 20 s',
  dependsOn: [controlId],
  judge: expectDelivered,
} as const;

const lost = 'A message that is not acknowledged is lost: no retry is documented (R3).';

/** Events that consist of text only, and cases that are about all events. */
export const textCases: readonly CheckCase[] = [
  {
    ...documented,
    id: controlId,
    title: 'one text from the bot',
    rules: ['R6', 'R13', 'R14', 'R15'],
    profile: 'smoke',
    sends: 'one text message from ai: the control, which every run sends first',
    why: 'This is what nearly every message of a dialogue looks like.',
    remedies: {},
    dependsOn: [],
    build: (builder) => [control(builder)],
  },
  {
    ...documented,
    id: 'deliver/text-employee',
    title: 'one text from an employee',
    rules: ['R14'],
    sends: 'one text message with message_sender employee',
    why: `Employees write through Suvvy's panel, and customers wait for it. ${lost}`,
    remedies: onStatus('Treat message_sender employee like ai, or mark it; do not refuse it.'),
    build: (builder) => [
      { label: 'employee', event: builder.event([builder.text('Hi, this is Anna from the shop.', 'employee')]) },
    ],
  },
  {
    ...documented,
    id: 'deliver/doc-example',
    title: "the sample of Suvvy's page",
    rules: ['R6', 'R12'],
    profile: 'smoke',
    sends: "the page's own sample: an image, then a text, without chat_id",
    why: 'It is the one request that the page shows in full. Real requests carry a chat_id as well (observed: chat-id).',
    remedies: onStatus(
      'Take the body as the page shows it: an image at a public https link, then a text, in one list.',
    ),
    dependsOn: [],
    build: docExample,
    judge: judgeSample,
  },
  {
    ...documented,
    id: 'deliver/two-texts',
    title: 'two texts in one request',
    rules: ['R2', 'R12'],
    sends: 'two text messages from ai in one request',
    why: `new_messages is a list, and a bot often answers in two messages. ${lost}`,
    remedies: onStatus('Go through the whole list: new_messages may have more than one message.'),
    build: (builder) => [
      builder.batch(
        [
          ['first text', builder.text('First.')],
          ['second text', builder.text('Second.')],
        ],
        { together: true },
      ),
    ],
  },
  {
    ...documented,
    id: 'deliver/batch-100',
    title: 'a hundred short texts in one request',
    level: 'MAY',
    rules: ['R2', 'R12'],
    sends: '100 short text messages in one request',
    why: 'The page sets no limit on new_messages, and a receiver that was offline may get many messages at once.',
    remedies: onStatus(
      'Raise the limit on the list or on the body, or store the list in pieces: the page sets no limit.',
    ),
    build: (builder) => [
      {
        label: '100 texts',
        event: builder.event(Array.from({ length: 100 }, (_, index) => builder.text(`Text ${index + 1}.`))),
      },
    ],
  },
  {
    ...documented,
    id: 'deliver/text-unicode',
    title: 'text beyond ASCII',
    rules: ['R15'],
    sends: 'joined emoji, right-to-left text, combining marks, U+2028 and characters outside the basic plane',
    why: `Customers write like this, and the bot answers in the same way. ${lost}`,
    remedies: onStatus('Read the body as UTF-8, and store it as utf8mb4 or a similar encoding.'),
    build: (builder) => [
      builder.batch([
        ['joined emoji', builder.text('Your family set: 👨‍👩‍👧‍👦 👩🏽‍🎨 🇩🇪 ✔️')],
        ['right-to-left', builder.text('תודה על ההזמנה! شكرًا لطلبك!')],
        ['combining marks', builder.text('Cafe\u0301, йод, Z\u0351\u036Ba\u0308\u0302')],
        ['U+2028', builder.text('one\u2028two\u2029three\u00A0four')],
        ['astral characters', builder.text('𠮷野家 · 𝒯𝑒𝒶 · 𐍈 · 🫖')],
      ]),
    ],
  },
  {
    ...documented,
    id: 'deliver/text-json-escapes',
    title: 'the same text as JSON escapes',
    rules: ['R6'],
    sends: 'a body in ASCII only, every other character as \\uXXXX (surrogate pairs too)',
    why: 'Both spellings are the same JSON, and common serialisers (Python, PHP) write escapes by default.',
    remedies: onStatus('Parse the body with a JSON parser, not with a pattern.'),
    build: (builder) => [
      {
        label: 'escaped text',
        body: asciiJson(builder.event([builder.text('Спасибо за заказ! 🫖 — «всё записали»')])),
      },
    ],
  },
  {
    ...documented,
    id: 'deliver/text-format',
    title: 'text with newlines and markup',
    rules: ['R15'],
    sends: 'newlines, tabs, markdown, HTML and braces in text messages',
    why: 'Bots answer in lists and links, and a messenger that parses markup refuses markup that is not well-formed.',
    remedies: onStatus('Escape the text for the messenger, or send it as plain text.'),
    build: (builder) => [
      builder.batch([
        ['newlines and tabs', builder.text('Prices:\n\t1. mug\r\n\t2. teapot\n')],
        ['markdown', builder.text('*bold _both* half_ [link](https://example.com/?a=1&b=2) `code` # - 1.')],
        ['HTML', builder.text('<b>bold <i>both</b> &amp; &lt; <unknown attr="1">')],
        ['braces', builder.text('{name} {{ name }} %s %(name)s ${name} {0} <%= 1 %>')],
        ['quotes and backslashes', builder.text(`"double" 'single' \\n \\ C:\\new`)],
      ]),
    ],
  },
  {
    ...documented,
    id: 'deliver/text-long',
    title: 'a text of 5,000 characters',
    rules: ['R15'],
    sends: 'one text of 5,000 Cyrillic characters (10 KB)',
    why: 'The page sets no limit on text, but messengers do: Telegram refuses more than 4,096 characters.',
    remedies: onStatus(
      'Store the whole text, or cut it into several messages, and answer 2xx once it is stored. Do not hide the error behind a 2xx: then the message is lost, and nobody sees it.',
    ),
    build: (builder) => [
      { label: '5,000 characters', event: builder.event([builder.text('Здравствуйте! '.repeat(400).slice(0, 5000))]) },
    ],
  },
  {
    ...documented,
    id: 'deliver/repeat-identical',
    title: 'the same message twice',
    rules: ['R1'],
    sends: 'the same body twice',
    why: 'Two equal messages are legitimate ("Yes." "Yes."), and the payload has no id to tell them apart.',
    remedies: onStatus('Two equal messages are two messages: store both, and answer 2xx to both.'),
    build: (builder) =>
      ['the first time', 'the second time'].map((label) => ({ label, event: builder.event([builder.text('Yes.')]) })),
  },
  {
    ...documented,
    id: 'deliver/empty',
    title: 'nothing in it',
    level: 'OBS',
    rules: ['R12', 'R15'],
    sends: 'an empty new_messages; a text message with an empty text',
    expected: 'a 2xx; nobody knows whether Suvvy ever sends it',
    why: 'The page allows both, and says nothing about either.',
    remedies: onStatus('For an empty list or an empty text, do nothing and answer 2xx.'),
    build: (builder) => [
      { label: 'no messages', event: builder.event([]) },
      { label: 'an empty text', event: builder.event([{ type: 'text', message_sender: 'ai', text: '' }]) },
    ],
  },
];

/** The control: one text from ai. */
export function control(builder: CaseBuilder): Probe {
  return { label: 'one text', event: builder.event([builder.text('Hello! How can I help you?')]) };
}

function docExample(builder: CaseBuilder): Probe[] {
  const sample = {
    event_type: 'new_messages',
    new_messages: [
      {
        type: 'image',
        message_sender: 'ai',
        file: { name: 'image.png', url: publicLink, size_bytes: 10240, mime_type: 'image/png' },
      },
      builder.text('Hello! How can I help you?'),
    ],
  };
  const probe = { label: 'the sample', event: sample };
  if (builder.chatId === null) return [probe];
  const twin = { label: 'the sample with chat_id', event: { ...sample, chat_id: builder.chatId } };
  const warning =
    'the receiver demands a chat_id, which real requests carry (observed: chat-id) and the page does not promise. ' +
    'Refusing a request without one is right as long as you cannot tell whose it is: a 2xx would lose its messages unseen';
  return [{ ...probe, twin: { probe: twin, warning } }];
}

/** If the same request with a chat_id fails too, the missing chat_id is not the reason. */
function judgeSample(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const finding = expectDelivered(trials, facts);
  const twin = trials[0]?.twin;
  if (finding.outcome !== 'fail' || finding.reason !== 'status' || !twin) return finding;
  // If a text alone fails in the same way, the sample shows nothing new.
  const alone = facts.control?.delivery.outcome.response?.status === twin.delivery.outcome.response?.status;
  const both = `It also fails with a chat_id (${describeAnswer(twin)}), so the missing chat_id is not the reason`;
  return { ...finding, ...(alone && { cause: null }), advice: inSentences([finding.advice, both]) };
}
