import { createRedactor, type Redactor } from '../contract/redact.ts';
import type { Trial } from './case.ts';

/** Takes out the secret, and what in these trials comes near it. */
export type RedactFor = (trials: readonly Pick<Trial, 'probe'>[]) => Redactor;

/** Below this, a near miss is a word that means nothing. */
const shortestNearMiss = 4;

/** To make a redactor takes longer than to use it: what has nothing near the secret shares one. */
export function createReportRedact(secret: string | null): RedactFor {
  const plain = createRedactor(secret);
  return (trials) => {
    const sent = trials.flatMap(({ probe }) => probe.authorization?.value?.split(' ').at(-1) ?? []);
    const near = secret ? sent.filter((word) => word.length >= shortestNearMiss && resembles(word, secret)) : [];
    return near.length === 0 ? plain : createRedactor([secret, ...near]);
  };
}

function resembles(word: string, secret: string): boolean {
  return secret.startsWith(word) || word.toLowerCase().startsWith(secret.toLowerCase());
}
