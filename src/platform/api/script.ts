import { HookError } from '../../errors.ts';
import { parseScript, type ScriptStep } from '../../receiver/parse-script.ts';

/**
 * A script of what the API answers: `402x2,200`. `200` alone is its own answers.
 *
 * @throws HookError for what cannot be meant: an answer of the API has a body of its own
 */
export function parseApiScript(script: string): ScriptStep[] {
  if (script === '200') return [];
  const steps = parseScript(script);
  if (steps.some(({ file }) => file !== null))
    throw new HookError('the API answers with bodies of its own: leave the file out');
  return steps;
}
