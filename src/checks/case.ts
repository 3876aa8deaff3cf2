import type { FileMessage, Message } from '../contract/event-types.ts';
import type { FileMessageType, MessageSender } from '../contract/message-types.ts';
import type { RuleId } from '../contract/rules.ts';
import type { AnswerSummary } from '../delivery/answer-summary.ts';
import type { Delivery, FileWatch } from '../delivery/attempt.ts';
import type { FileReport } from '../fixtures/asset-server.ts';
import type { Reach } from '../http/address.ts';
import type { Caught, FarSide } from '../platform/collector.ts';
import type { Level } from './report.ts';
import type { Cause, Remedies } from './verdict/cause.ts';

/** Which cases a run takes if `only` is not given. Each profile contains the one before. */
export const profiles = ['smoke', 'default', 'full'] as const;

export type Profile = (typeof profiles)[number];

/** What a case needs. */
export type Need = 'secret' | 'no-secret' | 'callback' | 'effect';

/** The case that runs before all others. If it fails, most others would only repeat its result. */
export const controlId = 'deliver/text-ai';

/** The case that serves as the control if no text gets through. */
export const secondControlId = 'event/test-request';

/** The case that warns about a receiver to which anybody can write. */
export const openReceiverId = 'auth/unprotected';

/** One sentence of the contract, and how it is checked. Ids are never renamed or reused. */
export interface CheckCase {
  id: string;
  title: string;
  level: Level;
  rules: readonly RuleId[];
  /** The smallest profile that contains it. */
  profile: Profile;
  needs?: Need;
  /** What is sent, for readers. */
  sends: string;
  /** When the case passes, in one sentence. */
  expected: string;
  why: string;
  /** What to try, by the cause of the failure. Advice for all cases of a kind is in `verdict/advice.ts`. */
  remedies: Remedies;
  /** If one of these cases fails, this one would say nothing new. */
  dependsOn: readonly string[];
  /**
   * If no text gets through but a test_request does, the test_request is enough as a control: always, or only if it
   * also shows whether the secret is checked (some receivers check it only for new_messages, which is no fault).
   */
  worksWithoutTexts?: 'always' | 'if-it-tells-of-the-secret';
  /**
   * Shown as a warning although it is only recorded: it is too serious for an ordinary line, but the page does not
   * require it.
   */
  warns?: boolean;
  /**
   * It sends something that Suvvy never sends. `robust/recovery` checks whether the receiver still works afterwards.
   */
  harmful?: boolean;
  sending?: 'in-turn' | 'at-once' | 'one-connection';
  /** Judged after everything has been sent, because it looks at more than its own requests. */
  late?: boolean;
  build(builder: CaseBuilder): Probe[];
  judge(trials: readonly Trial[], facts: CaseFacts): CaseFinding;
}

/** One request of a case. */
export interface Probe {
  label: string;
  /** An event. A `file.url` of `asset:NAME` becomes a link that can be downloaded. */
  event?: object;
  /** A body that is sent unchanged, instead of an event. */
  body?: string | Uint8Array;
  method?: string;
  /** Default `application/json`; null sends none. */
  contentType?: string | null;
  framing?: 'chunked';
  /** Default: the bearer of the run's secret. */
  authorization?: Authorization;
  /** The level of its failure, if it is lower than that of the case. */
  level?: Level;
  /** Looked for after everything has been sent: does it arrive where the receiver sends messages on? */
  traces?: readonly Trace[];
  /** How the collector answers what the receiver sends on. */
  farSide?: FarSide;
  /** The wait for an answer is shorter than for a documented request. */
  impatient?: boolean;
  /** The same content in single requests. They are sent if this request fails, to find the one that causes it. */
  parts?: readonly Probe[];
  /** The content must be in one request: it is never replaced by its parts. */
  together?: boolean;
  /** Sent if this request fails. If it passes, there is a warning and no failure. */
  twin?: Twin;
}

/** How a message is recognised after the receiver has passed it on. */
export interface Trace {
  /** Occurs nowhere else, and is letters and digits: every encoding leaves them. */
  word: string;
  /** The bundled file whose bytes are as good as the word. */
  asset?: string;
  /** Not this arrival, but a later one: 2 is the second. */
  nth?: number;
  /** It must not arrive: nobody waits for it. */
  unwanted?: boolean;
}

/** The same request with one change, which may be the only reason of the failure. */
export interface Twin {
  probe: Probe;
  warning: string;
  /** Its links still work later, so it is better to repeat this one. */
  lasting?: boolean;
}

/** An `Authorization` header other than the one that Suvvy sends. */
export interface Authorization {
  /** How the name is spelled; default: `Authorization`. */
  name?: string;
  /** The header's value; null sends no header. */
  value: string | null;
  /** The value as a shell builds it from `$SUVVY_WEBHOOK_SECRET`. The secret itself is never printed. */
  shell?: string;
}

/** What a case uses to build its requests. */
export interface CaseBuilder {
  secret: string | null;
  chatId: string | null;
  /** A word that occurs nowhere else. */
  nonce: string;
  /** A word of letters and digits that only this name has. */
  word(name: string): string;
  /** As long as the secret, but different from it. */
  wrongSecret: string;
  /** What this receiver accepts, according to the control. */
  control: 'text' | 'test_request';
  /** An event that should get through: a text, or a test_request if no text does. */
  sample(words: string): object;
  /** A text message that contains the id of its case. */
  text(words: string, sender?: MessageSender): Message;
  /** Messages with files of one type: one for each media type that Suvvy can send that way (R20). */
  files(type: FileMessageType): FileMessage[];
  /** `new_messages` with the run's `chat_id`. */
  event(messages: readonly object[]): { new_messages: readonly object[]; [field: string]: unknown };
  /** Variants in one request. If it fails, each is sent in its own request. */
  batch(variants: readonly (readonly [label: string, message: Message])[], more?: Partial<Probe>): Probe;
}

/** A probe and its result. */
export interface Trial {
  caseId: string;
  probe: Probe;
  /** Suvvy sends requests like this (so R1 and R2 apply). */
  documented: boolean;
  delivery: Delivery;
  /** The answer in a few words, without secrets. */
  answerSummary: AnswerSummary;
  files: FileWatch | null;
  twin: Trial | null;
  parts: readonly Trial[];
}

/** The control, sent again after a case that sends something that Suvvy never sends. */
export interface Recovery {
  after: string;
  trial: Trial;
}

/** What is sent after a failed control, before anything is said about it. */
export interface FollowUp {
  /** The test button. */
  testRequest: Trial | null;
  /** The same with a wrong secret. It shows whether a 2xx for the test button says anything about the secret. */
  wrongSecret: Trial | null;
  /** The control with its header name in lower case. */
  headerCase: Trial | null;
}

/** What became of the messages after the answers. */
export interface Effects {
  /** When the trace of a probe arrived, in milliseconds after it was sent; null if it did not. */
  arrivedMs(trace: Trace): number | null;
  /** What went to the messenger with this word in it. */
  passedOn(word: string): readonly Caught[];
  /** What came to Suvvy's API as a customer's message, although we had sent it. */
  selfTalk: readonly Caught[];
  /** What went to the messenger from this run, the oldest first. */
  all: readonly Caught[];
  /** What is said of a message that did not arrive, from where it was looked for: `it never came to the collector`. */
  missing: string;
}

/** What is known of a run, apart from the trials of a case. */
export interface CaseFacts {
  url: URL;
  reach: Reach;
  secret: string | null;
  /** Statuses that the user accepts as correct in this case: `422`, `4xx`. */
  accepted: readonly string[];
  control: Trial | null;
  /** Null if the control passed. */
  followUp: FollowUp | null;
  /** Every trial so far, in order. */
  trials: readonly Trial[];
  recoveries: readonly Recovery[];
  /** Null if we do not serve the files. */
  files: readonly FileReport[] | null;
  effects: Effects;
  certificates: 'verified' | 'own' | 'unverified';
  budget: { p95Ms: number; maxMs: number };
}

/** The result of a case from its trials, before levels and waivers. */
export interface CaseFinding {
  outcome: 'pass' | 'fail' | 'warn' | 'info';
  /** In the words of `send`; null if nothing went wrong. */
  reason: string | null;
  /** The cause of the failure; default: by the reason. */
  cause?: Cause | null | undefined;
  /** Cases with the same key have one root cause, described by this message. */
  shared?: { key: string; message: string } | undefined;
  /** What happened, in one sentence. */
  actual: string;
  /** The level of the failure, if it is lower than that of the case. */
  level?: Level | undefined;
  /** What to try, as far as the answer shows it. */
  advice?: string | null | undefined;
  /** The requests that show the result; the best one to repeat comes first. Default: all of the case. */
  evidence?: readonly Trial[] | undefined;
  /** Cases to repeat together with this one, because it looks at their requests. */
  repeatWith?: readonly string[] | undefined;
}
