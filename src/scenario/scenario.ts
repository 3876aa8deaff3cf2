import type { MessageSender } from '../contract/message-types.ts';
import type { MessagePart } from '../fixtures/message.ts';
import type { Matcher } from '../platform/matcher.ts';

/** A scenario as its file has it, understood. */
export interface Scenario {
  name: string;
  /** The file as it was typed. */
  path: string;
  /** Null where the file names none. */
  webhook: URL | null;
  /** Where the app's messenger is played; null where it is not. */
  messengerPort: number | null;
  /** The folder of the file: the paths in it begin there. */
  folder: string;
  steps: Step[];
}

interface StepBase {
  /** File and line: `case.yaml:12`. */
  at: string;
}

/** Sends the app what its messenger would. */
export interface PostStep extends StepBase {
  kind: 'post';
  /** A whole address, or a path at the host of the webhook. */
  url: string;
  content: { file: string } | { json: unknown } | { body: string };
}

/** What has to arrive. */
export interface ExpectStep extends StepBase {
  kind: 'customer' | 'messenger';
  matcher: Matcher;
  withinMs: number;
}

/** What must not arrive. */
export interface NothingStep extends StepBase {
  kind: 'nothing';
  /** Null is either. */
  from: 'customer' | 'messenger' | null;
  matcher: Matcher;
  forMs: number;
}

/** What the bot, or an employee, says. */
export interface SayStep extends StepBase {
  kind: 'say';
  sender: MessageSender;
  parts: MessagePart[];
  /** Null is the chat of the last customer. */
  chatId: string | null;
  delivered: boolean;
  /** How long the app may take to download the files; null where it need not. */
  fetchedMs: number | null;
}

export type Step = PostStep | ExpectStep | NothingStep | SayStep;

/** The part of an id that stands for a scenario: its letters and digits. */
export function slugOf({ name }: Pick<Scenario, 'name'>): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join('-').slice(0, 100) || 'scenario';
}
