import type { FileMessageType } from '../../contract/message-types.ts';
import { formatMs } from '../../text/units.ts';
import { clip } from '../../text/safe.ts';
import { controlId, type CaseFacts, type CaseFinding, type CheckCase, type Trace, type Trial } from '../case.ts';
import { expectDelivered, isDelivered } from '../judging.ts';
import { farSideCases } from './effect-far-side.ts';

const whyDropped =
  'A 2xx that swallows the message is worse than an error: Suvvy counts it as delivered. Only this check can see it.';

/** A text or a file that has to arrive where the receiver passes messages on. */
function arrivalCase(
  one: Pick<CheckCase, 'id' | 'title' | 'level' | 'rules' | 'sends' | 'expected' | 'build'> & { remedy: string },
): CheckCase {
  const { remedy, ...rest } = one;
  return {
    ...rest,
    profile: 'default',
    needs: 'effect',
    why: whyDropped,
    remedies: { expectation: remedy },
    dependsOn: [controlId],
    late: true,
    judge: judgeArrivals,
  };
}

function fileCase(type: FileMessageType, asset: string, extension: string): CheckCase {
  const word = `${type}file`;
  return arrivalCase({
    id: `effect/${type}`,
    title: `${type === 'document' ? 'a' : 'an'} ${type} goes on`,
    level: 'SHOULD',
    rules: ['R16', 'R17'],
    sends: `one ${type} with a random word in its name`,
    expected: 'its name, its link or its bytes arrive at the other end',
    remedy: `Pass on what has a file as well: look at message.type before you read message.text, and send message.file.url on as ${type === 'document' ? 'a' : 'an'} ${type}.`,
    build: (builder) => {
      const message = builder.files(type).find(({ file }) => file.url === `asset:${asset}`) ?? builder.files(type)[0]!;
      const name = `${builder.word(word)}.${extension}`;
      const traces = [{ word: builder.word(word), asset: message.file.url.slice('asset:'.length) }];
      // A receiver may refuse a link to this machine: then a public one is tried.
      return [builder.batch([[`${type} to send on`, { ...message, file: { ...message.file, name } }]], { traces })];
    },
  });
}

/** What happens to a message after the answer. */
export const effectCases: readonly CheckCase[] = [
  {
    id: 'effect/unknown',
    title: 'an unknown event is not passed on',
    level: 'MUST',
    rules: ['R8', 'R11'],
    profile: 'default',
    needs: 'effect',
    sends: 'an event_type of the future that has new_messages, with a random word in a text',
    expected: 'the word does not arrive at the other end',
    why: 'What an unknown event carries is not meant for the customer: it may be a note, a draft, or what somebody deleted.',
    remedies: {
      expectation: 'Look at event_type first, and pass on new_messages of the event_type "new_messages" alone.',
    },
    dependsOn: [controlId],
    late: true,
    build: (builder) => [
      {
        label: 'an unknown event with new_messages',
        event: {
          ...builder.event([builder.text(`This is not for the customer: ${builder.word('unknown')}`)]),
          event_type: 'messages_deleted',
        },
        traces: [{ word: builder.word('unknown'), unwanted: true }],
      },
    ],
    judge: judgeUnwanted,
  },
  arrivalCase({
    id: 'effect/callback',
    title: 'the message goes on',
    level: 'MUST',
    rules: ['R1', 'R15'],
    sends: 'one text with a random word, and listens on --expect-callback for what the receiver sends on',
    expected: 'the random word arrives at the other end, in any form',
    remedy:
      'Look for exceptions that are caught and ignored. With --expect-callback the receiver has to send to the collector (set the messenger’s API base URL); with --expect-read that URL has to give out what it keeps.',
    build: (builder) => [
      {
        label: 'a text to send on',
        event: builder.event([builder.text(`Please pass this on: ${builder.word('ai')}`)]),
        traces: [{ word: builder.word('ai') }],
      },
    ],
  }),
  arrivalCase({
    id: 'effect/employee',
    title: 'what an employee writes goes on',
    level: 'MUST',
    rules: ['R1', 'R14'],
    sends: 'one text of an employee with a random word',
    expected: 'the random word arrives at the other end',
    remedy: 'Pass on what message_sender "employee" says as well: the customer waits for it.',
    build: (builder) => [
      {
        label: "an employee's text to send on",
        event: builder.event([builder.text(`Please pass this on: ${builder.word('employee')}`, 'employee')]),
        traces: [{ word: builder.word('employee') }],
      },
    ],
  }),
  arrivalCase({
    id: 'effect/second-text',
    title: 'the second message of an event goes on',
    level: 'MUST',
    rules: ['R1', 'R12'],
    sends: 'one event with two texts, each with a random word',
    expected: 'both words arrive at the other end',
    remedy: 'Go through all of new_messages: it is an array, and one answer of the bot can be several messages.',
    build: (builder) => [
      {
        label: 'two texts to send on',
        event: builder.event([
          builder.text(`The first: ${builder.word('first')}`),
          builder.text(`The second: ${builder.word('second')}`),
        ]),
        traces: [{ word: builder.word('first') }, { word: builder.word('second') }],
      },
    ],
  }),
  fileCase('image', 'photo.jpg', 'jpg'),
  fileCase('audio', 'voice.ogg', 'ogg'),
  fileCase('document', 'document.pdf', 'pdf'),
  ...farSideCases,
];

function tracesOf(trials: readonly Trial[]): Trace[] {
  return trials.flatMap(({ probe }) => probe.traces ?? []);
}

function judgeArrivals(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  if (!trials.every((trial) => isDelivered(trial, facts))) return expectDelivered(trials, facts);
  const traces = tracesOf(trials);
  const times = traces.map((trace) => facts.effects.arrivedMs(trace));
  const arrived = times.filter((ms) => ms !== null);
  if (arrived.length === traces.length)
    return { outcome: 'pass', reason: null, actual: `it arrived after ${formatMs(Math.max(...arrived))}` };
  const missing = arrived.length === 0 ? facts.effects.missing : `${arrived.length} of ${traces.length} arrived`;
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `answered 2xx, and ${missing}`,
    shared: { key: 'not-passed-on', message: 'a message was answered 2xx and not passed on' },
  };
}

function judgeUnwanted(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const arrived = tracesOf(trials).filter((trace) => facts.effects.arrivedMs(trace) !== null);
  if (arrived.length === 0) return { outcome: 'pass', reason: null, actual: 'it was not passed on' };
  const [where] = arrived.flatMap(({ word }) => facts.effects.passedOn(word));
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `it was passed on${where ? ` to ${clip(where.target, 80)}` : ''}`,
  };
}
