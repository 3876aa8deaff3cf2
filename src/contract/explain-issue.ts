import type { z } from 'zod';
import { oneOf } from '../text/words.ts';
import { formatPath, valueAt, type FieldPath } from './field-path.ts';
import type { Issue } from './issue.ts';
import { eventTypes, messageTypeNames } from './message-types.ts';
import { rules, type ObservedId, type RuleId } from './rules.ts';

const ruleOfField: Record<string, RuleId | ObservedId> = {
  event_type: 'R8',
  chat_id: 'chat-id',
  new_messages: 'R12',
  type: 'R13',
  message_sender: 'R14',
  text: 'R15',
  file: 'R16',
  url: 'R17',
  name: 'R16',
  size_bytes: 'R18',
  mime_type: 'R19',
};

/** Turns an issue of zod into words for a person. */
export function explainIssue(issue: z.core.$ZodIssue, body: unknown): Issue {
  const steps = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const value = valueAt(body, steps);
  const field = steps.findLast((step) => typeof step === 'string');
  const isType = issue.code === 'invalid_value' && field === 'mime_type';
  const rule = isType ? 'R20' : field === undefined ? 'R6' : (ruleOfField[field] ?? 'R9');
  const found = value === undefined ? null : surprise(issue, value);
  return { path: formatPath(steps), steps, message: words(issue, value, steps), rule, found };
}

function words(issue: z.core.$ZodIssue, value: unknown, steps: FieldPath): string {
  if (value === undefined && steps.length > 0) return `is missing${choices(issue, steps)}`;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never') return belongsElsewhere(steps);
      return `must be ${kindName(issue.expected)}, not ${describe(value)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}, not ${describe(value)}`;
    case 'invalid_union':
      return `must be ${oneOf(messageTypeNames)}, not ${describe(value)}`;
    case 'invalid_format':
      return `${describe(value)} is not a mime type such as image/png`;
    case 'too_small':
      return `must be 0 or more, not ${describe(value)}`;
    case 'not_multiple_of':
      return `must be a whole number, not ${describe(value)}`;
    case 'custom':
      return `${describe(value)} is not a URL`;
    default:
      return issue.message;
  }
}

/**
 * A short name for what was found, so that equal findings can be counted. It quotes a value only where the page lists
 * the allowed ones.
 */
function surprise(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_value':
    case 'invalid_union':
    case 'invalid_format':
      return typeof value === 'string' ? describe(value) : typeName(value);
    case 'too_small':
      return 'below 0';
    case 'not_multiple_of':
      return 'not whole';
    case 'custom':
      return 'not a URL';
    default:
      return issue.code === 'invalid_type' && issue.expected === 'never' ? 'not in its place' : typeName(value);
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function choices(issue: z.core.$ZodIssue, steps: FieldPath): string {
  if (issue.code === 'invalid_value') return `: ${oneOf(issue.values.map(String))}`;
  if (issue.code === 'invalid_union') return `: ${oneOf(messageTypeNames)}`;
  if (steps.length === 1 && steps[0] === 'event_type') return `: ${oneOf(eventTypes)}`;
  return '';
}

function belongsElsewhere(steps: FieldPath): string {
  const field = steps.at(-1);
  if (field === 'text') return `does not belong here: ${rules.R15.gist}`;
  if (field === 'file') return `does not belong here: ${rules.R16.gist}`;
  return `does not belong here: ${rules.R12.gist}`;
}

function kindName(kind: string): string {
  const names: Record<string, string> = {
    object: 'an object',
    array: 'an array',
    int: 'a whole number',
    number: 'a number',
    string: 'a string',
  };
  return names[kind] ?? kind;
}

/** A value in a few words, short enough for one line. The text in it is untrusted: sanitise it before showing. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') {
    const start = Array.from(value.slice(0, 120)).slice(0, 40).join('');
    return JSON.stringify(start.length < value.length ? `${start}…` : value);
  }
  return String(value);
}
