import { closestMatch } from 'leven';
import { HookError } from '../errors.ts';
import { controlId, profiles, type CheckCase, type Need, type Profile } from './case.ts';
import { suite } from './cases/index.ts';

/** The options that decide which cases run. */
export interface CaseSelection {
  /** Default `default`. */
  profile?: Profile | undefined;
  /** Ids and globs; one text may contain several, separated by commas. They replace the profile. */
  only?: readonly string[] | undefined;
  skip?: readonly string[] | undefined;
  /** Cases that an option selects, whatever the profile. */
  wanted?: readonly string[] | undefined;
  /** What this run can offer. */
  capabilities: Readonly<Record<Need, boolean>>;
}

const needWords: Record<Need, { missing: string; hint: string }> = {
  secret: { missing: 'no secret was given', hint: 'give one with --secret or SUVVY_WEBHOOK_SECRET' },
  'no-secret': { missing: 'a secret was given', hint: 'remove the secret' },
  callback: { missing: 'there is no collector', hint: 'give --expect-callback' },
  effect: { missing: 'there is no collector', hint: 'give --expect-callback, or --expect-read' },
};

/**
 * The selected cases, in the order of the suite. The control is always one of them.
 *
 * @throws HookError (exit 2) for a pattern that matches no case, and for a selection without any case
 */
export function selectCases({
  profile = 'default',
  only,
  skip,
  wanted = [],
  capabilities,
}: CaseSelection): CheckCase[] {
  const isNamed = matcher(only ?? []);
  const isSkipped = matcher(skip ?? []);
  const inProfile = (one: CheckCase): boolean => profiles.indexOf(one.profile) <= profiles.indexOf(profile);
  const isChosen = (one: CheckCase): boolean =>
    only?.length ? isNamed(one.id) : wanted.includes(one.id) || (inProfile(one) && isApplicable(one, capabilities));
  const chosen = suite.filter((one) => isChosen(one) && !isSkipped(one.id));
  if (chosen.length === 0)
    throw new HookError('no case is left to run', { hint: 'npx suvvy-hook check --list shows all of them' });
  const unmet = chosen.map((one) => unmetNeed(one, capabilities));
  const [first] = unmet;
  if (first && !unmet.includes(null))
    throw new HookError(`none of the chosen cases can run: ${needWords[first].missing}`, {
      hint: needWords[first].hint,
    });
  return suite.filter((one) => one.id === controlId || chosen.includes(one));
}

/**
 * The case with this id.
 *
 * @throws HookError (exit 2) if there is none
 */
export function caseOf(id: string): CheckCase {
  const found = suite.find((one) => one.id === id);
  if (!found) throw unknownCase(id);
  return found;
}

/** Why a case cannot run here, in words; null if it can. */
export function describeUnmetNeed(one: CheckCase, capabilities: CaseSelection['capabilities']): string | null {
  const need = unmetNeed(one, capabilities);
  return need && needWords[need].missing;
}

function isApplicable(one: CheckCase, capabilities: CaseSelection['capabilities']): boolean {
  return unmetNeed(one, capabilities) === null;
}

function unmetNeed({ needs }: CheckCase, capabilities: CaseSelection['capabilities']): Need | null {
  return needs && !capabilities[needs] ? needs : null;
}

function matcher(patterns: readonly string[]): (id: string) => boolean {
  const globs = splitPatterns(patterns).map((pattern) => {
    const glob = globOf(pattern);
    if (!suite.some(({ id }) => glob.test(id))) throw unknownCase(pattern);
    return glob;
  });
  return (id) => globs.some((glob) => glob.test(id));
}

/** Makes one list of `a,b` and `c`. */
export function splitPatterns(patterns: readonly string[]): string[] {
  return patterns
    .flatMap((text) => text.split(','))
    .map((part) => part.trim())
    .filter(Boolean);
}

/** `*` is any text, also slashes; `?` is any one character. A topic alone means all its cases. */
function globOf(pattern: string): RegExp {
  const topic = suite.some(({ id }) => id.startsWith(`${pattern.replace(/\/$/, '')}/`));
  const whole = topic ? `${pattern.replace(/\/$/, '')}/*` : pattern;
  const source = whole
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

function unknownCase(id: string): HookError {
  const nearest = closestMatch(
    id,
    suite.map((one) => one.id),
    { maxDistance: 6 },
  );
  return new HookError(`there is no case "${id}"`, {
    hint: `${nearest ? `did you mean "${nearest}"? ` : ''}npx suvvy-hook check --list shows all of them`,
  });
}
