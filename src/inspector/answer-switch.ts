import { HookError } from '../errors.ts';
import type { AnswerEvent } from '../receiver/answer.ts';
import { formatStep, parseScript } from '../receiver/parse-script.ts';
import { createScript } from '../receiver/script.ts';

/** The script of answers, as the page shows and sets it. */
export interface AnswerControl {
  /** The script as it would be typed; null where the command line decides. */
  script(): string | null;
  /**
   * Sets a script in the grammar of `--respond`, from its first step on; null goes back to the command line.
   *
   * @throws HookError (exit 2) for what is no script, or would read a file
   */
  set(script: string | null): void;
}

/** What answers events now: what the command line said, or a script that was set since. */
export interface AnswerSwitch extends AnswerControl {
  /** For the receiver, at each request; undefined leaves it to the receiver, which is quicker than to be asked. */
  current(): AnswerEvent | undefined;
}

/** @param base what the command line said; undefined leaves it to the receiver */
export function createAnswerSwitch(base: AnswerEvent | undefined): AnswerSwitch {
  let current = base;
  let script: string | null = null;
  return {
    current: () => current,
    script: () => script,
    set(text) {
      const steps = text === null ? null : parseScript(text);
      if (steps?.some(({ file }) => file !== null))
        throw new HookError('a script that is set from here has no files in it: --respond may read some');
      current = steps ? createScript(steps) : base;
      script = steps ? steps.map(formatStep).join(',') : null;
    },
  };
}
