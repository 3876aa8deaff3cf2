import type { YamlFile } from '../config/read-yaml.ts';
import type { FieldPath } from '../contract/field-path.ts';
import type { MessageSender } from '../contract/message-types.ts';
import { HookError } from '../errors.ts';
import { composeMessages, type MessagePart } from '../fixtures/message.ts';
import { parseScript, type ScriptStep } from '../receiver/parse-script.ts';
import { durationMs, maxDurationMs } from '../text/units.ts';
import type { Compose, Holder, Rule } from './bot.ts';
import { compileMatcher, type Matcher } from './matcher.ts';
import { parseMatcher, parseMessages } from './parse-matcher.ts';

/** A rule as its file has it. */
export interface RuleText {
  when: Matcher;
  bot: readonly MessagePart[];
  employee: readonly MessagePart[];
  afterMs: number | null;
  handOver: Holder | null;
  respond: ScriptStep | null;
}

const keys = ['when', 'bot', 'employee', 'after', 'then', 'respond'] as const;

/**
 * The rules of a file: a list, of which the first that fits a message decides.
 *
 * @throws HookError (exit 2) with line and column of what cannot be meant
 */
export function parseRules(file: YamlFile): RuleText[] {
  const { value } = file;
  if (!Array.isArray(value))
    throw file.error([], 'the rules are a list', 'each begins with a dash: - when: {text: Hello}');
  return value.map((rule: unknown, index) => parseRule(file, [index], rule));
}

function parseRule(file: YamlFile, path: FieldPath, value: unknown): RuleText {
  const { when = {}, bot, employee, after, then, respond } = file.object(path, value, keys);
  const at = (key: string): FieldPath => [...path, key];
  const rule: RuleText = {
    when: parseMatcher(file, at('when'), when),
    bot: bot === undefined ? [] : parseMessages(file, at('bot'), bot),
    employee: employee === undefined ? [] : parseMessages(file, at('employee'), employee),
    afterMs: after === undefined ? null : parseAfter(file, at('after'), after),
    handOver: then === undefined ? null : parseThen(file, at('then'), then),
    respond: respond === undefined ? null : parseRespond(file, at('respond'), respond),
  };
  if (bot === undefined && employee === undefined && then === undefined && respond === undefined)
    throw file.error(
      path,
      'does nothing',
      'give it bot, employee, then or respond; then: silent says nothing on purpose',
    );
  return rule;
}

function parseAfter(file: YamlFile, path: FieldPath, value: unknown): number {
  const ms = typeof value === 'string' ? durationMs(value) : null;
  if (ms === null || ms > maxDurationMs) throw file.error(path, 'must be a duration such as 300ms or 2s');
  return ms;
}

function parseThen(file: YamlFile, path: FieldPath, value: unknown): Holder {
  if (value === 'silent') return 'silent';
  if (value === 'takeover') return 'employee';
  throw file.error(path, 'must be silent or takeover');
}

function parseRespond(file: YamlFile, path: FieldPath, value: unknown): ScriptStep {
  try {
    const [step, ...more] = parseScript(String(value));
    if (step && more.length === 0 && step.file === null && step.times === 1) return step;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
  }
  throw file.error(
    path,
    'must be one answer: a status from 200 to 599, hang or reset, with a delay if you like: 402@1s',
  );
}

/**
 * Rules that can be applied. Their files are looked at now.
 *
 * @param file the one that they come from
 * @param cwd where the paths in them begin
 * @throws HookError, with its place: exit 2 for a file of a type that Suvvy cannot send that way, exit 3 for one that
 *   cannot be read
 */
export async function compileRules(texts: readonly RuleText[], file: YamlFile, cwd: string): Promise<Rule[]> {
  const compose = async (parts: readonly MessagePart[], sender: MessageSender, path: FieldPath): Promise<Compose[]> => {
    if (parts.length === 0) return [];
    try {
      const draft = await composeMessages(parts, { sender, cwd });
      return [(chatId) => draft({ chatId })];
    } catch (error) {
      throw error instanceof HookError ? placed(error, file.place(path)) : error;
    }
  };
  const rules: Rule[] = [];
  for (const [index, { when, bot, employee, ...rest }] of texts.entries()) {
    const replies = [
      ...(await compose(bot, 'ai', [index, 'bot'])),
      ...(await compose(employee, 'employee', [index, 'employee'])),
    ];
    rules.push({ when: compileMatcher(when), replies, ...rest });
  }
  return rules;
}

function placed(cause: HookError, place: string): HookError {
  const { hint, exitCode } = cause;
  return new HookError(`${place}: ${cause.message}`, { hint, exitCode, cause });
}
