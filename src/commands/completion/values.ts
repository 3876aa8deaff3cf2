import { Option, type Argument, type Command } from 'commander';
import { listFixtures } from '../../fixtures/list.ts';

/** A word that can be typed, and what it is. */
export interface Candidate {
  value: string;
  about: string;
}

/** What a flag or an argument takes. */
export interface Values {
  candidates: Candidate[];
  /** The name of a file as well. */
  files: boolean;
}

/** Values that commander does not know, by the place that they belong to. Its own `choices` need no entry here. */
const lists: Record<string, () => Promise<Candidate[]>> = {
  'send fixture names': fixtureNames,
  'fixtures show name': fixtureNames,
  'fixtures path name': fixtureNames,
  'mock --reply': replies,
  'check --only': caseIds,
  'check --skip': caseIds,
  'check --explain': caseIds,
  'check --report': reportFormats,
};

/** Places that take a path, though the name of their value does not say so; or as well as something else. */
const pathPlaces = new Set(['send fixture names', '--fixtures']);

/** Names of values that are paths wherever they stand: `--record <file>`, `<paths...>`, `<journal>`. */
const pathNames = /^(file|files|paths|folder|journal)$/;

/** What can be typed for a flag or an argument of a command. */
export async function valuesOf(command: Command, holder: Option | Argument): Promise<Values> {
  const own = holder instanceof Option ? holder.long! : holder.name();
  const place = `${pathOf(command)} ${own}`;
  const known = (await lists[place]?.()) ?? [];
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

async function fixtureNames(): Promise<Candidate[]> {
  const fixtures = await listFixtures();
  return fixtures.map(({ name }) => ({ value: name, about: '' }));
}

async function replies(): Promise<Candidate[]> {
  const fixtures = await fixtureNames();
  return ['echo', 'silent', ...fixtures.map(({ value }) => `fixture:${value}`)].map((value) => ({ value, about: '' }));
}

async function caseIds(): Promise<Candidate[]> {
  const { suite } = await import('../../checks/cases/index.ts');
  return suite.map(({ id, title }) => ({ value: id, about: title }));
}

async function reportFormats(): Promise<Candidate[]> {
  const { reporters } = await import('../../reporters/index.ts');
  return reporters.map(({ name }) => ({ value: name, about: 'report' }));
}
