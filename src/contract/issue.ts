import type { FieldPath } from './field-path.ts';
import type { ObservedId, RuleId } from './rules.ts';

/** One place where a body breaks the contract. */
export interface Issue {
  /** `new_messages[0].file.url`, for people. */
  path: string;
  /** The same, step by step. */
  steps: FieldPath;
  /** What is wrong, in plain words: `is missing`, `must be a string, not a number`. */
  message: string;
  /** The rule that it breaks. */
  rule: RuleId | ObservedId;
  /** What was found instead of what the page says: `number`, `"video"`; null if something is missing. */
  found: string | null;
}
