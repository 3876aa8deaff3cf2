import type { ApiAssumptionId } from '../../contract/api/assumptions.ts';
import { apiStatuses, attachmentMimeTypes } from '../../contract/api/fields.ts';
import { isObject } from '../../contract/field-path.ts';
import type { ParsedBody } from '../../contract/parse-body.ts';
import { validate, type ApiProblem, type CustomerMessage } from './validate.ts';

/** What the API makes of a request that was read. */
export interface Decision {
  /** As documented: 200, 402, 415, 422, 424. */
  status: keyof typeof apiStatuses;
  /** The message, where it is taken, or would be but for the state of the account. */
  message: CustomerMessage | null;
  /** Why it is refused, or would be. */
  problems: ApiProblem[];
  /** What decided, beside the documented: another answer to these could be another status. */
  assumptions: ApiAssumptionId[];
  /** As far as they can be read, also of a message that is refused. */
  chatId: string | null;
  messageId: string | null;
}

/** A state of the account, or of the channel, that refuses every message. */
export type Refusing = 402 | 424;

/**
 * What the API answers to a body, in the order of `api-check-order`: the token is held before, from the headers alone.
 *
 * @param refusing the state that comes before all that is wrong with the body; null for none
 */
export function decide(json: ParsedBody, refusing: Refusing | null = null): Decision {
  const value = json.ok ? json.value : null;
  const { message, problems, unsupported } = json.ok ? validate(value) : notJson(json.message);
  const ids = { chatId: stringIn(value, 'chat_id'), messageId: stringIn(value, 'message_id') };
  const all = [...problems, ...unsupported];
  const status = refusing ?? (problems.length > 0 ? 422 : unsupported.length > 0 ? 415 : 200);
  const assumptions = assumptionsBehind(status, problems, unsupported);
  return { status, message, problems: all, assumptions, ...ids };
}

/** The body of an answer (`bodies-are-ours`). No value of the message is in it: it may be anything, a secret too. */
export function answerBody({ status, problems }: Pick<Decision, 'status' | 'problems'>): object {
  if (status === 422)
    return {
      detail: problems.map(({ steps, message, sentence, type }) => ({
        loc: ['body', ...steps],
        msg: type === 'missing' || sentence === null ? message : `must be ${sentence}`,
        type,
      })),
    };
  if (status === 415)
    return { detail: apiStatuses[415], allowed_mime_types: Object.values(attachmentMimeTypes).flat() };
  return { detail: apiStatuses[status] };
}

function notJson(why: string): ReturnType<typeof validate> {
  // Up to where the parser begins to quote the body.
  const words = why.replace(/,? (\.\.\.)?"[^]*/, '');
  const problem = { path: '(root)', steps: [], message: `the body is not JSON: ${words}`, sentence: null };
  return { message: null, problems: [{ ...problem, type: 'json_invalid' }], unsupported: [] };
}

function assumptionsBehind(
  status: number,
  problems: readonly ApiProblem[],
  unsupported: readonly ApiProblem[],
): ApiAssumptionId[] {
  const found: ApiAssumptionId[] = [];
  if ((status === 402 || status === 424) && problems.length + unsupported.length > 0) found.push('api-check-order');
  if (status === 415) found.push('mime-from-bytes');
  if (status === 422 && problems.every(({ message }) => message.includes('oversize-is-422')))
    found.push('oversize-is-422');
  return found;
}

function stringIn(value: unknown, name: string): string | null {
  const found = isObject(value) && Object.hasOwn(value, name) ? value[name] : null;
  return typeof found === 'string' ? found : null;
}
