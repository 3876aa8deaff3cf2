import type { FieldPath } from './field-path.ts';
import type { ObservedId, RuleId } from './rules.ts';

/** One place where a body breaks the contract. */
export interface Issue {
  /** `new_messages[0].file.url`, for reading. */
  path: string;
  /** The same, step by step. */
  steps: FieldPath;
  /** What is wrong, in plain words: `is missing`, `must be a string, not a number`. */
  message: string;
  /** What it breaks. */
  rule: RuleId | ObservedId;
  /** What is there that the page does not have: `number`, `"video"`; null where something is missing instead. */
  found: string | null;
}
