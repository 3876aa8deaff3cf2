import type { FileMessage, Message } from '../contract/event-types.ts';
import type { FileMessageType, MessageSender } from '../contract/message-types.ts';
import type { RuleId } from '../contract/rules.ts';
import type { AnswerSummary } from '../delivery/answer-summary.ts';
import type { Delivery, FileWatch } from '../delivery/attempt.ts';
import type { FileReport } from '../fixtures/asset-server.ts';
import type { Reach } from '../http/address.ts';
import type { Level } from './report.ts';
import type { Cause, Remedies } from './verdict/cause.ts';

/** Which cases a run takes unless `only` names them: each profile has all of the one before. */
export const profiles = ['smoke', 'default', 'full'] as const;

export type Profile = (typeof profiles)[number];

/** What a case cannot do without. */
export type Need = 'secret' | 'no-secret' | 'callback';

/** The case that runs before all others: if it fails, most others would only say the same again. */
export const controlId = 'deliver/text-ai';

/** The case that is the control where no text gets through. */
export const secondControlId = 'event/test-request';

/** The case that warns of a receiver which anybody can write to. */
export const openReceiverId = 'auth/unprotected';

/** One sentence of the contract, and how a receiver is held to it. Ids are never renamed or reused. */
export interface CheckCase {
  id: string;
  title: string;
  level: Level;
  rules: readonly RuleId[];
  /** The smallest profile that has it. */
  profile: Profile;
  needs?: Need;
  /** What is sent, for readers. */
  sends: string;
  /** When it passes, in one sentence. */
  expected: string;
  why: string;
  /** What to try, by what it failed of: what is good for all cases of a kind is in `verdict/advice.ts`. */
  remedies: Remedies;
  /** Cases without which this one would say nothing new. */
  dependsOn: readonly string[];
  /**
   * Where no text gets through but a test_request does, that is control enough: always, or if it also tells whether the
   * secret is looked at (some receivers look at it for new_messages alone, which is no fault).
   */
  worksWithoutTexts?: 'always' | 'if-it-tells-of-the-secret';
  /** A warning although it is only recorded: too grave to be a line among others, and nothing that the page demands. */
  warns?: boolean;
  /** Sends what Suvvy never would: `robust/recovery` looks whether the receiver still works afterwards. */
  harmful?: boolean;
  sending?: 'in-turn' | 'at-once' | 'one-connection';
  /** Judged when everything has been sent, because it looks at more than its own requests. */
  late?: boolean;
  build(builder: CaseBuilder): Probe[];
  judge(trials: readonly Trial[], facts: CaseFacts): CaseFinding;
}

/** One request of a case. */
export interface Probe {
  label: string;
  /** An event; a `file.url` of `asset:NAME` becomes a link that downloads. */
  event?: object;
  /** A body that is sent as it stands, instead of an event. */
  body?: string | Uint8Array;
  method?: string;
  /** Default `application/json`; null sends none. */
  contentType?: string | null;
  framing?: 'chunked';
  /** Default: the bearer of the run's secret. */
  authorization?: Authorization;
  /** What it is worth if it fails, where that is less than the case. */
  level?: Level;
  /** An answer is not waited for as long as for a documented request. */
  impatient?: boolean;
  /** The same one by one: sent if this one fails, to name the culprit. */
  parts?: readonly Probe[];
  /** To be in one request is the point: it is not sent one by one in its place. */
  together?: boolean;
  /** Sent if this one fails; if it passes there is a warning and no failure. */
  twin?: Twin;
}

/** The same request with one thing changed that may be all that it fails of. */
export interface Twin {
  probe: Probe;
  warning: string;
  /** Its links still work later: it is the better one to repeat. */
  lasting?: boolean;
}

/** An `Authorization` header other than the one that Suvvy sends. */
export interface Authorization {
  /** How the name is spelled: `Authorization` by default. */
  name?: string;
  /** The header's value; null sends no header. */
  value: string | null;
  /** The value as a shell builds it from `$SUVVY_WEBHOOK_SECRET`: the secret itself is never printed. */
  shell?: string;
}

/** What a case builds its requests from. */
export interface CaseBuilder {
  secret: string | null;
  chatId: string | null;
  /** A word that nothing else has in it. */
  nonce: string;
  /** As long as the secret, and not the secret. */
  wrongSecret: string;
  /** What gets through to this receiver, as far as the control told. */
  control: 'text' | 'test_request';
  /** A text that is expected to get through; a test_request where no text does. */
  sample(words: string): object;
  /** A text message that says which case it comes from. */
  text(words: string, sender?: MessageSender): Message;
  /** Messages with files of one type, one for each type of file that Suvvy can send that way (R20). */
  files(type: FileMessageType): FileMessage[];
  /** `new_messages` with the run's `chat_id`. */
  event(messages: readonly object[]): { new_messages: readonly object[]; [field: string]: unknown };
  /** Variants in one request; each on its own if that fails. */
  batch(variants: readonly (readonly [label: string, message: Message])[], more?: Partial<Probe>): Probe;
}

/** A probe and what became of it. */
export interface Trial {
  caseId: string;
  probe: Probe;
  /** Suvvy would send the like of it (and so R1 and R2 hold). */
  documented: boolean;
  delivery: Delivery;
  /** The answer in a few words, with no secret in them. */
  answerSummary: AnswerSummary;
  files: FileWatch | null;
  twin: Trial | null;
  parts: readonly Trial[];
}

/** The control, sent once more after a case that sends what Suvvy never would. */
export interface Recovery {
  after: string;
  trial: Trial;
}

/** What is asked after a control that failed, before anything is said about it. */
export interface FollowUp {
  /** The test button. */
  testRequest: Trial | null;
  /** The same with a wrong secret: whether a 2xx to the test button says anything about the secret. */
  wrongSecret: Trial | null;
  /** The control with the name of its header in lower case. */
  headerCase: Trial | null;
}

/** What is known of a run beside the trials of a case. */
export interface CaseFacts {
  url: URL;
  reach: Reach;
  secret: string | null;
  /** Statuses that the user takes for right in this case: `422`, `4xx`. */
  accepted: readonly string[];
  control: Trial | null;
  /** Null where the control passed. */
  followUp: FollowUp | null;
  /** Every trial so far, in order. */
  trials: readonly Trial[];
  recoveries: readonly Recovery[];
  /** Null where files are not ours to serve. */
  files: readonly FileReport[] | null;
  /** When the nonce came to the collector, in milliseconds after it was asked for; null if it did not. */
  callbackMs: number | null;
  certificates: 'verified' | 'own' | 'unverified';
  budget: { p95Ms: number; maxMs: number };
}

/** A case's conclusion from its trials, before levels and waivers. */
export interface CaseFinding {
  outcome: 'pass' | 'fail' | 'warn' | 'info';
  /** In the words of `send`; null where nothing went wrong. */
  reason: string | null;
  /** What it failed of; default: what the reason tells. */
  cause?: Cause | null | undefined;
  /** Cases that fail alike have one root cause, which is told in these words. */
  shared?: { key: string; message: string } | undefined;
  /** What came, in one sentence. */
  actual: string;
  /** What it is worth, where that is less than the case. */
  level?: Level | undefined;
  /** What to try, as far as the answer tells. */
  advice?: string | null | undefined;
  /** The requests that show it, the first one to repeat first; default: all of the case. */
  evidence?: readonly Trial[] | undefined;
  /** Cases to repeat together with this one, because they sent what it looks at. */
  repeatWith?: readonly string[] | undefined;
}
