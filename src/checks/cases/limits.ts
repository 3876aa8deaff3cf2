import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type Trial } from '../case.ts';
import { isDelivered, describeTrial } from '../judging.ts';
import { onStatus } from '../verdict/cause.ts';

const sizes: readonly (readonly [label: string, bytes: number])[] = [
  ['64 KB', 64 * 1024],
  ['110 KB', 110 * 1024],
  ['256 KB', 256 * 1024],
  ['1.1 MB', 1100 * 1024],
  ['2.6 MB', 2600 * 1024],
];

/** How large a body may be. */
export const limitCases: readonly CheckCase[] = [
  {
    id: 'limits/body-size',
    title: 'the largest body',
    level: 'OBS',
    rules: ['R6'],
    profile: 'full',
    sends: 'one text each of 64 KB, 110 KB, 256 KB, 1.1 MB and 2.6 MB',
    expected: 'the largest that is accepted is recorded: the page sets no limit',
    why: 'Frameworks have limits of their own (100 KB in Express, 1 MB in Fastify and nginx), and a larger body is lost.',
    remedies: onStatus('Raise the limit of your framework, and of the proxy in front of it, to a few megabytes.'),
    dependsOn: [controlId],
    build: (builder) =>
      sizes.map(([label, bytes]) => ({
        label,
        impatient: true,
        event: builder.event([builder.text('x'.repeat(bytes - 200))]),
      })),
    judge: judgeSizes,
  },
];

function judgeSizes(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const accepted = trials.findLast((trial) => isDelivered(trial, facts));
  const refused = trials.find((trial) => !isDelivered(trial, facts));
  const largest = accepted ? `${accepted.probe.label} accepted` : 'none accepted';
  return {
    outcome: 'info',
    reason: null,
    actual: refused ? `${largest}; ${describeTrial(refused)}` : `${largest}, the largest that was sent`,
    evidence: refused ? [refused] : [],
  };
}
