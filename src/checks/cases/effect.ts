import { formatMs } from '../../text/units.ts';
import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type Trial } from '../case.ts';
import { expectDelivered, isDelivered } from '../judging.ts';

/** What happens to a message after the answer. */
export const effectCases: readonly CheckCase[] = [
  {
    id: 'effect/callback',
    title: 'the message goes on',
    level: 'MUST',
    rules: ['R1', 'R15'],
    profile: 'default',
    needs: 'callback',
    sends: 'one text with a random word, and listens on --expect-callback for what the receiver sends on',
    expected: 'the random word arrives at the collector, in any form',
    why: 'A 2xx that swallows the message is worse than an error: Suvvy counts it as delivered. Only this check can see it.',
    remedies: {
      expectation:
        'Send the receiver’s outgoing messages to the collector (set the messenger’s API base URL), and look for exceptions that are caught and ignored.',
    },
    dependsOn: [controlId],
    late: true,
    build: (builder) => [
      { label: 'a text to send on', event: builder.event([builder.text(`Please pass this on: ${builder.nonce}`)]) },
    ],
    judge: judgeCallback,
  },
];

function judgeCallback(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const { callbackMs } = facts;
  if (!trials.every((trial) => isDelivered(trial, facts))) return expectDelivered(trials, facts);
  if (callbackMs !== null) return { outcome: 'pass', reason: null, actual: `it arrived after ${formatMs(callbackMs)}` };
  return { outcome: 'fail', reason: 'expectation', actual: 'answered 2xx, and the word never came to the collector' };
}
