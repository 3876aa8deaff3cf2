import { messageTypes } from '../../contract/message-types.ts';
import { controlId, secondControlId, type CheckCase } from '../case.ts';
import { expectDelivered } from '../judging.ts';
import { onStatus } from '../verdict/cause.ts';

/** A message type that the page does not list. If the page ever lists the first one, the next one is used. */
export const futureType = ['video', 'sticker', 'location', 'contact'].find((type) => !(type in messageTypes))!;

/** Event types and fields, also those of the future. */
export const eventCases: readonly CheckCase[] = [
  {
    id: secondControlId,
    title: 'the test button of the panel',
    level: 'MUST',
    rules: ['R1', 'R10'],
    profile: 'smoke',
    sends: '{"event_type":"test_request"}, as the test button does',
    expected: 'a 2xx within 20 s',
    why: 'A user who connects the channel presses the test button first.',
    remedies: onStatus('Look at event_type before you look for new_messages, which is not there.'),
    dependsOn: [],
    build: () => [{ label: 'test_request', event: { event_type: 'test_request' } }],
    judge: expectDelivered,
  },
  {
    id: 'event/unknown',
    title: 'an event type that does not exist yet',
    level: 'SHOULD',
    rules: ['R8', 'R11'],
    profile: 'smoke',
    sends: 'an event_type of the future, with and without data',
    expected: 'a 2xx, and nothing done',
    why: 'The page announces that more event types may come. A receiver that refuses them shows as failing from that day on.',
    remedies: onStatus('Answer 2xx and ignore whatever is not new_messages, as the page recommends.'),
    dependsOn: [controlId],
    worksWithoutTexts: 'always',
    build: () => [
      {
        label: 'with data',
        event: {
          event_type: 'dialogue_closed',
          dialogue_closed: { reason: 'resolved [suvvy-hook check event/unknown]' },
        },
      },
      { label: 'without data', event: { event_type: 'dialogue_closed' } },
    ],
    judge: expectDelivered,
  },
  {
    id: 'event/unknown-fields',
    title: 'fields that do not exist yet',
    level: 'SHOULD',
    rules: ['R9'],
    profile: 'default',
    sends: 'more fields than the page lists: in the event, in a message, in a file',
    expected: 'a 2xx: unknown fields are ignored',
    why: 'The set of fields may change, and chat_id already exists although the page does not list it (observed: chat-id).',
    remedies: onStatus('Let your schema ignore unknown fields (no additionalProperties: false, no extra="forbid").'),
    dependsOn: [controlId],
    worksWithoutTexts: 'always',
    build: (builder) => {
      const inEvent = {
        label: 'in the event',
        event: { ...builder.sample('With more fields.'), api_version: 2, bot: { id: 7 } },
      };
      if (builder.control === 'test_request') return [inEvent];
      const text = {
        ...builder.text('With more fields.'),
        language: 'en',
        buttons: [{ title: 'Order' }],
        reply_to: null,
      };
      const image = builder.files('image')[0]!;
      const withMore = { ...image, file: { ...image.file, width: 160, sha256: null } };
      return [
        inEvent,
        { label: 'in a message', event: builder.event([text]) },
        { ...builder.batch([['in a file', withMore]]) },
      ];
    },
    judge: expectDelivered,
  },
  {
    id: 'event/unknown-message-kind',
    title: 'a message type that does not exist yet',
    level: 'MAY',
    rules: ['R13'],
    profile: 'default',
    sends: `a message of type ${futureType} beside a text`,
    expected: 'a 2xx: the text is delivered, the other message may be skipped',
    why: 'One message that cannot be handled must not stop the others.',
    remedies: onStatus(
      'Deliver the messages whose type you know. Keep one whose type you do not know, and tell a person about it.',
    ),
    dependsOn: [controlId],
    build: (builder) => [
      {
        label: `a ${futureType} and a text`,
        event: builder.event([
          { type: futureType, message_sender: 'ai', [futureType]: { id: 'v-1', duration: 12 } },
          builder.text('The text beside it.'),
        ]),
      },
    ],
    judge: expectDelivered,
  },
];
