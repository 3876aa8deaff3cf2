import { dirname } from 'node:path';
import type { YamlFile } from '../config/read-yaml.ts';
import type { FieldPath } from '../contract/field-path.ts';
import { parseTarget } from '../delivery/target.ts';
import { HookError } from '../errors.ts';
import { parseMatcher, parseMessages } from '../platform/parse-matcher.ts';
import { durationMs, maxDurationMs } from '../text/units.ts';
import { oneOf } from '../text/words.ts';
import type { ExpectStep, NothingStep, PostStep, SayStep, Scenario, Step } from './scenario.ts';

const fileKeys = ['$schema', 'name', 'webhook', 'messenger', 'steps'];

/** What a step can be, by the key that says so, and its further keys. */
const stepKinds = ['post', 'expect', 'bot', 'employee'] as const;

const contents = ['file', 'json', 'body'] as const;

const sides = ['customer', 'messenger'] as const;

const expectKeys = {
  customer: ['expect', 'within', 'text', 'type', 'chat_id'],
  messenger: ['expect', 'within', 'text', 'chat_id'],
  nothing: ['expect', 'from', 'for', 'text', 'type', 'chat_id'],
};

const sayKeys = ['chat_id', 'delivered', 'fetched'];

const defaultWithinMs = 5000;
const defaultForMs = 1000;

/**
 * The scenario of a file.
 *
 * @param path the file as it was typed
 * @throws HookError (exit 2) with line and column of what cannot be meant
 */
export function parseScenario(file: YamlFile, path: string): Scenario {
  if (file.value === null || file.value === undefined)
    throw new HookError(`${path} is empty`, { hint: 'a scenario has a name and steps' });
  const { name, webhook, messenger, steps } = file.object([], file.value, fileKeys);
  if (name === undefined) throw file.error([], 'there is no name', 'reports call the scenario by it');
  if (typeof name !== 'string' || name.trim() === '') throw file.error(['name'], 'must be a text', quoted(name));
  const scenario: Scenario = {
    name,
    path,
    webhook: webhook === undefined ? null : parseUrl(file, ['webhook'], webhook),
    messengerPort: messenger === undefined ? null : parseMessenger(file, messenger),
    folder: dirname(path),
    steps: [],
  };
  if (steps === undefined) throw file.error([], 'there are no steps');
  if (!Array.isArray(steps) || steps.length === 0)
    throw file.error(['steps'], 'must be a list of steps', 'each begins with a dash: - expect: customer');
  scenario.steps = steps.map((step: unknown, index) => parseStep(file, ['steps', index], step, scenario));
  return scenario;
}

function parseMessenger(file: YamlFile, value: unknown): number {
  const { port } = file.object(['messenger'], value, ['port']);
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw file.error(
      port === undefined ? ['messenger'] : ['messenger', 'port'],
      `${port === undefined ? 'has no port: it' : ''} must be a whole number from 1 to 65535`.trim(),
    );
  return port;
}

function parseStep(file: YamlFile, path: FieldPath, value: unknown, scenario: Scenario): Step {
  const fields = file.object(path, value, Object.keys(value ?? {}).some(isKind) ? keysOf(value) : [...stepKinds]);
  const [kind, other] = Object.keys(fields).filter(isKind);
  if (kind === undefined) throw file.error(path, `is empty: a step has ${oneOf(stepKinds)}`);
  if (other !== undefined)
    throw file.error([...path, other], `is a step of its own: ${kind} and ${other} come one after the other`);
  const at = /^.*?:\d+(?=:\d+:)/s.exec(file.place(path))?.[0] ?? scenario.path;
  if (kind === 'post') return { at, ...parsePost(file, path, fields) };
  if (kind === 'expect') return { at, ...parseExpect(file, path, fields, scenario) };
  return { at, ...parseSay(file, path, fields, kind) };
}

function isKind(key: string): key is (typeof stepKinds)[number] {
  return (stepKinds as readonly string[]).includes(key);
}

/** What may stand in a step of this kind; all of them where there are several, for that is another mistake. */
function keysOf(value: unknown): string[] {
  const fields = value as Record<string, unknown>;
  const kind = Object.keys(fields).find(isKind);
  const further = {
    post: ['post', ...contents],
    expect: expectKeys[fields['expect'] as keyof typeof expectKeys] ?? Object.values(expectKeys).flat(),
    bot: ['bot', ...sayKeys],
    employee: ['employee', ...sayKeys],
  };
  return [...new Set([...further[kind!], ...Object.keys(fields).filter(isKind)])];
}

function parsePost(file: YamlFile, path: FieldPath, fields: Record<string, unknown>): Omit<PostStep, 'at'> {
  const { post } = fields;
  const url = text(file, [...path, 'post'], post);
  if (!url.startsWith('/') || url.startsWith('//')) parseUrl(file, [...path, 'post'], url);
  const given = contents.filter((key) => fields[key] !== undefined);
  const [key, second] = given;
  if (key === undefined) throw file.error(path, `has nothing to post: give it ${oneOf(contents)}`);
  if (second !== undefined) throw file.error([...path, second], `is one too many: there is ${key} already`);
  if (key === 'json') return { kind: 'post', url, content: { json: fields['json'] } };
  const value = text(file, [...path, key], fields[key]);
  return { kind: 'post', url, content: key === 'file' ? { file: value } : { body: value } };
}

function parseExpect(
  file: YamlFile,
  path: FieldPath,
  fields: Record<string, unknown>,
  { messengerPort }: Scenario,
): Omit<ExpectStep, 'at'> | Omit<NothingStep, 'at'> {
  const { expect: kind, from, within, for: forTime } = fields;
  if (kind !== 'customer' && kind !== 'messenger' && kind !== 'nothing')
    throw file.error([...path, 'expect'], `must be ${oneOf(Object.keys(expectKeys))}`);
  if (from !== undefined && !(sides as readonly unknown[]).includes(from))
    throw file.error([...path, 'from'], `must be ${oneOf(sides)}`);
  if (messengerPort === null && (kind === 'messenger' || from === 'messenger'))
    throw file.error(path, 'waits for a messenger that is not there', 'name its port: messenger: { port: 9100 }');
  const matched = Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => ['text', 'type', 'chat_id'].includes(key) && value !== undefined),
  );
  const matcher = parseMatcher(file, path, matched);
  if (kind !== 'nothing')
    return { kind, matcher, withinMs: duration(file, [...path, 'within'], within) ?? defaultWithinMs };
  const forMs = duration(file, [...path, 'for'], forTime) ?? defaultForMs;
  return { kind, from: (from as NothingStep['from'] | undefined) ?? null, matcher, forMs };
}

function parseSay(
  file: YamlFile,
  path: FieldPath,
  fields: Record<string, unknown>,
  kind: 'bot' | 'employee',
): Omit<SayStep, 'at'> {
  const { chat_id: chatId, delivered = true, fetched } = fields;
  const parts = parseMessages(file, [...path, kind], fields[kind]);
  if (typeof delivered !== 'boolean') throw file.error([...path, 'delivered'], 'must be true or false');
  const fetchedMs = duration(file, [...path, 'fetched'], fetched);
  if (fetchedMs !== null && !parts.some(({ type }) => type !== 'text'))
    throw file.error([...path, 'fetched'], 'waits for a download, and there is no file to download');
  return {
    kind: 'say',
    sender: kind === 'bot' ? 'ai' : 'employee',
    parts,
    chatId: chatId === undefined ? null : text(file, [...path, 'chat_id'], chatId),
    delivered,
    fetchedMs,
  };
}

function parseUrl(file: YamlFile, path: FieldPath, value: unknown): URL {
  const url = text(file, path, value);
  try {
    return parseTarget(url);
  } catch (error) {
    throw error instanceof HookError ? file.error(path, `is wrong: ${error.message}`, error.hint) : error;
  }
}

function duration(file: YamlFile, path: FieldPath, value: unknown): number | null {
  if (value === undefined) return null;
  const ms = typeof value === 'string' ? durationMs(value) : null;
  if (ms === null || ms > maxDurationMs)
    throw file.error(
      path,
      'must be a duration such as 300ms or 2s',
      typeof value === 'number' ? `did you mean ${value}s?` : undefined,
    );
  return ms;
}

function text(file: YamlFile, path: FieldPath, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw file.error(path, value === '' ? 'is empty' : 'must be a string', quoted(value));
}

/** YAML takes `42` and `yes` for something else than text. */
function quoted(value: unknown): string | undefined {
  return ['number', 'boolean'].includes(typeof value) ? `write it in quotes: "${String(value)}"` : undefined;
}
