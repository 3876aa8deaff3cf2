import { apiFields, type AttachmentType, type ApiField, type FieldTable } from '../../contract/api/fields.ts';
import { formatPath, isObject, type FieldPath } from '../../contract/field-path.ts';
import { clipText } from '../../text/safe.ts';
import { oneOf } from '../../text/words.ts';
import { base64Bytes, base64Problem, isAllowed, mimeTypeOf, sizeProblem, type Attachment } from './attachments.ts';

/** What an integrator posted, held against the table and found good. */
export interface CustomerMessage {
  messageId: string;
  chatId: string;
  sender: 'customer' | 'employee';
  source: string;
  text: string | null;
  attachments: Attachment[];
  clientName: string | null;
  clientPhone: string | null;
}

/** One place where a message breaks the table. */
export interface ApiProblem {
  /** `attachments[0].data`, for reading. */
  path: string;
  steps: FieldPath;
  /** What is wrong, in plain words: `is missing`, `must be a string, not a number`. */
  message: string;
  /** What the table says of the field; null where nothing is said of it. */
  sentence: string | null;
  /** In the words of the answer: `missing`, `string_type`. */
  type: string;
}

export interface Validation {
  /** Null where there is a problem. */
  message: CustomerMessage | null;
  /** What is wrong with the fields (422), the first hundred. */
  problems: ApiProblem[];
  /** Attachments of a type that is not taken (415); looked at only where the fields are right. */
  unsupported: ApiProblem[];
}

const maxProblems = 100;

/** Holds a value of JSON against the table of the API. Never throws, whatever comes in. */
export function validate(value: unknown): Validation {
  const problems: ApiProblem[] = [];
  const found: Finds = {
    add(problem) {
      if (!found.isFull()) problems.push({ ...problem, path: formatPath(problem.steps) });
    },
    isFull: () => problems.length >= maxProblems,
  };
  if (!isObject(value)) {
    found.add(wrongType([], 'an object', value, 'dict_type', null));
    return { message: null, problems, unsupported: [] };
  }
  checkFields(value, apiFields, [], found);
  checkContent(value, found);
  if (problems.length > 0) return { message: null, problems, unsupported: [] };
  const message = messageOf(value);
  const unsupported = message.attachments.flatMap((attachment, index) => unsupportedOf(attachment, index));
  return { message: unsupported.length > 0 ? null : message, problems, unsupported: unsupported.slice(0, maxProblems) };
}

type Found = Omit<ApiProblem, 'path'>;

/** Where problems go. When it is full, nobody need look for more. */
interface Finds {
  add(problem: Found): void;
  isFull(): boolean;
}

function checkFields(value: Record<string, unknown>, table: FieldTable, at: FieldPath, found: Finds): void {
  for (const [name, field] of Object.entries(table)) {
    const steps = [...at, name];
    const { sentence } = field;
    if (Object.hasOwn(value, name)) checkValue(value[name], field, steps, found);
    else if (field.required === 'yes') found.add({ steps, message: 'is missing', sentence, type: 'missing' });
  }
}

function checkValue(value: unknown, { kind, sentence }: ApiField, steps: FieldPath, found: Finds): void {
  if (value === null && 'orNull' in kind && kind.orNull) return;
  const wrong = (wanted: string, type: string): void => found.add(wrongType(steps, wanted, value, type, sentence));
  switch (kind.is) {
    case 'version':
      if (value !== kind.version) wrong(`the number ${kind.version}`, 'literal_error');
      return;
    case 'one-of':
      if (!kind.values.includes(value as string)) wrong(oneOf(kind.values), 'literal_error');
      return;
    case 'string':
      if (typeof value !== 'string') wrong('a string', 'string_type');
      else if (value.length < (kind.minLength ?? 0))
        found.add({ steps, message: 'is an empty string', sentence, type: 'string_too_short' });
      return;
    case 'base64':
      return checkBase64(value, sentence, steps, found);
    case 'strings':
      return checkStrings(value, sentence, steps, found);
    case 'object':
      if (isObject(value)) checkFields(value, kind.fields, steps, found);
      else wrong('an object', 'dict_type');
      return;
    case 'list':
      if (!Array.isArray(value)) return wrong('a list', 'list_type');
      return checkList(value, kind.of, { steps, sentence, found });
  }
}

function checkList(
  value: readonly unknown[],
  table: FieldTable,
  { steps, sentence, found }: { steps: FieldPath; sentence: string; found: Finds },
): void {
  for (const [index, item] of value.entries()) {
    if (found.isFull()) return;
    if (isObject(item)) checkFields(item, table, [...steps, index], found);
    else found.add(wrongType([...steps, index], 'an object', item, 'dict_type', sentence));
  }
}

function checkBase64(value: unknown, sentence: string, steps: FieldPath, found: Finds): void {
  if (typeof value !== 'string') return found.add(wrongType(steps, 'a string', value, 'string_type', sentence));
  const problem = base64Problem(value);
  if (problem !== null) return found.add({ steps, message: problem, sentence, type: 'value_error' });
  const size = sizeProblem(base64Bytes(value));
  if (size !== null) found.add({ steps, message: size, sentence, type: 'value_error' });
}

function checkStrings(value: unknown, sentence: string, steps: FieldPath, found: Finds): void {
  if (!isObject(value)) return found.add(wrongType(steps, 'an object', value, 'dict_type', sentence));
  for (const key of Object.keys(value)) {
    if (found.isFull()) return;
    if (typeof value[key] === 'string') continue;
    found.add(wrongType([...steps, clipText(key, 100)], 'a string', value[key], 'string_type', sentence));
  }
}

/** A message has a text or an attachment. */
function checkContent({ text, attachments }: Record<string, unknown>, found: Finds): void {
  const isNothing = (value: unknown): boolean =>
    value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  if (!isNothing(text) || !isNothing(attachments)) return;
  const { sentence } = apiFields['text']!;
  const message = 'is missing, and there are no attachments either';
  found.add({ steps: ['text'], message, sentence, type: 'value_error' });
}

function unsupportedOf(attachment: Attachment, index: number): ApiProblem[] {
  if (isAllowed(attachment)) return [];
  const { fileType, mimeType } = attachment;
  const steps = ['attachments', index, 'data'];
  const message = `is ${mimeType} by its bytes, which is not taken as ${fileType} (assumed: mime-from-bytes)`;
  return [{ steps, path: formatPath(steps), message, sentence: null, type: 'unsupported_file_type' }];
}

/** A message whose fields are right. */
function messageOf(value: Record<string, unknown>): CustomerMessage {
  const textOrNull = (name: string): string | null => (value[name] as string | null | undefined) ?? null;
  const attachments = (value['attachments'] ?? []) as { file_name: string; file_type: AttachmentType; data: string }[];
  return {
    messageId: value['message_id'] as string,
    chatId: value['chat_id'] as string,
    sender: value['message_sender'] as CustomerMessage['sender'],
    source: value['source'] as string,
    text: textOrNull('text'),
    attachments: attachments.map(({ file_name: fileName, file_type: fileType, data }) => ({
      fileName,
      fileType,
      bytes: base64Bytes(data),
      mimeType: mimeTypeOf(data, fileName, fileType),
    })),
    clientName: textOrNull('client_name'),
    clientPhone: textOrNull('client_phone'),
  };
}

function wrongType(steps: FieldPath, wanted: string, value: unknown, type: string, sentence: string | null): Found {
  return { steps, message: `must be ${wanted}, not ${describe(value)}`, sentence, type };
}

/** A value in a few words: short strings and numbers as they are, the rest by its kind. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length <= 40 ? JSON.stringify(value) : 'a longer string';
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value} ${String(value)}`;
}
