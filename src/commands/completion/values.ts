import { resolve } from 'node:path';
import { Option, type Argument, type Command } from 'commander';
import { listFixtures } from '../../fixtures/list.ts';
import type { Host } from '../../host.ts';
import { readLatest } from '../../journal/read.ts';
import { safeLine } from '../../text/safe.ts';
import { ownFixtures } from '../flags/own-fixtures.ts';

/** A word that can be typed, and its description. */
export interface Candidate {
  value: string;
  about: string;
}

/** What a flag or an argument accepts. */
export interface Values {
  candidates: Candidate[];
  /** A file name is also possible. */
  files: boolean;
}

/** Values that commander does not know, by their place. Its own `choices` need no entry here. */
const lists: Record<string, (line: TypedLine) => Promise<Candidate[]>> = {
  'send fixture names': fixtureNames,
  'fixtures show name': fixtureNames,
  'fixtures path name': fixtureNames,
  'mock --reply': replies,
  'check --only': caseIds,
  'check --skip': caseIds,
  'check --explain': caseIds,
  'check --report': reportFormats,
  'run --report': reportFormats,
  'replay --id': recordedIds,
  'journal show id': recordedIds,
  'fixtures save --id': recordedIds,
};

/** What comes before the value that is being typed. */
export interface TypedLine {
  /** The arguments of the command, in order. */
  args: readonly string[];
  host: Host;
}

/** Places that take a path, although the name of the value does not say so, or in addition to something else. */
const pathPlaces = new Set(['send fixture names', '--fixtures']);

/** What a command does with a word that is not one of its subcommands: `send text` means `send fixture text`. */
export const fallbackCommands: Readonly<Record<string, string>> = { send: 'fixture' };

/** Names of values that are always paths: `--record <file>`, `<paths...>`, `<journal>`. */
const pathNames = /^(file|files|paths|folder|journal|recording)$/;

/** The words that a flag or an argument of a command accepts. */
export async function valuesOf(command: Command, holder: Option | Argument, line: TypedLine): Promise<Values> {
  const own = holder instanceof Option ? holder.long! : holder.name();
  const place = `${pathOf(command)} ${own}`;
  const known = (await lists[place]?.(line)) ?? [];
  const choices = (holder.argChoices ?? []).map((value) => ({ value, about: '' }));
  const files = pathPlaces.has(place) || pathPlaces.has(own) || pathNames.test(valueName(holder));
  return { candidates: [...known, ...choices], files };
}

/** `send fixture`, without the program's name. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

/** `file` of `--record <file>`, `paths` of `<paths...>`. */
function valueName(holder: Option | Argument): string {
  return holder instanceof Option ? (/[<[](\w+)/.exec(holder.flags)?.[1] ?? '') : holder.name();
}

async function fixtureNames({ host }: TypedLine): Promise<Candidate[]> {
  const fixtures = await listFixtures(await ownFixtures([], host).catch(() => []));
  return fixtures.map(({ name }) => ({ value: name, about: '' }));
}

async function replies(line: TypedLine): Promise<Candidate[]> {
  const fixtures = await fixtureNames(line);
  return ['echo', 'silent', ...fixtures.map(({ value }) => `fixture:${value}`)].map((value) => ({ value, about: '' }));
}

/** The latest ids of the journal that the line names, the last one first. */
async function recordedIds({ args: [journal], host }: TypedLine): Promise<Candidate[]> {
  if (journal === undefined) return [];
  const entries = await readLatest(resolve(host.cwd, journal)).catch(() => []);
  return entries.map(({ id, receivedAt, eventType, answer }) => ({
    value: id,
    about: `${receivedAt} ${safeLine(eventType ?? 'no event type')} ${answer.status ?? 'no answer'}`,
  }));
}

async function caseIds(): Promise<Candidate[]> {
  const { suite } = await import('../../checks/cases/index.ts');
  return suite.map(({ id, title }) => ({ value: id, about: title }));
}

async function reportFormats(): Promise<Candidate[]> {
  const { reporters } = await import('../../reporters/index.ts');
  return reporters.map(({ name }) => ({ value: name, about: 'report' }));
}
