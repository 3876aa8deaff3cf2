import { createHash } from 'node:crypto';
import { createBearerCheck, type Auth } from '../../contract/bearer.ts';
import { apiPath, apiStatuses } from '../../contract/api/fields.ts';
import { isAcknowledged } from '../../contract/limits.ts';
import { parseBody } from '../../contract/parse-body.ts';
import type { Clock } from '../../host.ts';
import { headerValues } from '../../http/headers.ts';
import { jsonAnswer, type Answer, type AnswerEvent, type Reaction } from '../../receiver/answer.ts';
import type { Capture } from '../../receiver/capture.ts';
import type { ScriptStep } from '../../receiver/parse-script.ts';
import type { Protocol } from '../../receiver/protocol.ts';
import { refuse } from '../../receiver/reply.ts';
import { waitForStep, type Turns } from '../../receiver/script.ts';
import type { Bot, Rule } from '../bot.ts';
import { answerBody, decide, type Decision, type Refusing } from './decide.ts';
import type { CustomerMessage } from './validate.ts';

/** A request to the API that was looked at. Its body is gone by then: attachments are large, and many come at once. */
export interface ApiRequest extends Capture {
  body: null;
  /** The body for whoever shows it; null unless `keepBodies` asks for it. */
  posted: Buffer | null;
  /** How many bytes the body had; null where it was refused unread. */
  bodyBytes: number | null;
  auth: Auth;
  /** Null where it was refused unread. */
  decision: Decision | null;
  /** The step of a script, or of a rule, that is the answer; null where the decision is. */
  step: ScriptStep | null;
  /** The rule of the bot that fits. */
  rule: Rule | null;
  /** Of each attachment whose bytes we may have served ourselves: SHA-256 in base64. */
  digests: (string | null)[];
  /** Monotonic, in milliseconds: when it was all there. */
  atMs: number;
}

export interface ApiOptions {
  /** The token; null takes any, but there has to be one. */
  token: string | null;
  /** The script of answers, as it stands at this moment. */
  turns(): Turns;
  bot: Pick<Bot, 'ruleFor'>;
  /** Whether bytes of this size may be a file of ours. */
  wasServed(chatId: string, bytes: number, nowMs: number): boolean;
  clock: Clock;
  maxBodyBytes: number;
  /** Somebody shows the bodies. */
  keepBodies: boolean;
  /** Told of each request whose body was read and that will be answered. */
  onLooked(request: ApiRequest): void;
}

/** Suvvy's API for custom channels, as a protocol of the receiver's server. */
export function apiProtocol(options: ApiOptions): Protocol<ApiRequest> {
  const { token, clock, maxBodyBytes } = options;
  return {
    auth: token === null ? anyToken : createBearerCheck(token),
    refuse: (head, auth) => refuseHead(head, auth, maxBodyBytes),
    refuseBody: (why) =>
      why === 'too-large'
        ? refusal(413, headWords[413]!)
        : refusal(503, 'too much is arriving at once: send it again later', { 'Retry-After': '1' }),
    inspect: (capture, auth) => {
      const { body } = capture;
      // The server keeps the capture until the answer is gone.
      capture.body = null;
      const looked = body === null ? unread : look(body, options);
      const bodyBytes = body?.length ?? null;
      const request: ApiRequest = {
        // One by one: to spread them takes as long as all the rest of a look.
        id: capture.id,
        receivedAt: capture.receivedAt,
        method: capture.method,
        target: capture.target,
        path: capture.path,
        httpVersion: capture.httpVersion,
        rawHeaders: capture.rawHeaders,
        remoteAddress: capture.remoteAddress,
        body: null,
        posted: options.keepBodies ? body : null,
        bodyBytes,
        auth,
        decision: looked.decision,
        step: looked.step,
        rule: looked.rule,
        digests: looked.digests,
        atMs: clock.now(),
      };
      if (body !== null && looked.step?.action !== 'hang') options.onLooked(request);
      return request;
    },
    // A step takes the place of the 200.
    reply: ({ decision, step }) =>
      decision === null || step !== null
        ? jsonAnswer(200, answerBody({ status: 200, problems: [] }))
        : jsonAnswer(decision.status, answerBody(decision)),
  };
}

type Looked = Pick<ApiRequest, 'decision' | 'step' | 'rule' | 'digests'>;

const unread: Looked = { decision: null, step: null, rule: null, digests: [] };

function look(body: Buffer, { turns, bot, wasServed, clock }: ApiOptions): Looked {
  const json = parseBody(body);
  const script = turns();
  const refusing = refusingOf(script.next());
  const decision = decide(json, refusing);
  const { message } = decision;
  const digests =
    message && json.ok ? digestsOf(json.value, message, (bytes) => wasServed(message.chatId, bytes, clock.now())) : [];
  if (refusing !== null) return { decision, step: script.take() ?? null, rule: null, digests };
  // What is refused stays refused, and takes no step.
  if (!message) return { decision, step: null, rule: null, digests };
  const rule = bot.ruleFor(message);
  return { decision, step: rule?.respond ?? script.take() ?? null, rule, digests };
}

function refusingOf(step: ScriptStep | undefined): Refusing | null {
  return step?.action === 402 || step?.action === 424 ? step.action : null;
}

function digestsOf(
  value: unknown,
  { attachments }: CustomerMessage,
  isOurs: (bytes: number) => boolean,
): (string | null)[] {
  const posted = (value as { attachments?: { data: string }[] | null }).attachments ?? [];
  return attachments.map(({ bytes }, index) =>
    isOurs(bytes) ? createHash('sha256').update(posted[index]!.data, 'base64').digest('base64') : null,
  );
}

/** What a step of a script answers. */
export const answerStep: AnswerEvent<ApiRequest> = async ({ step }, proposed, signal): Promise<Reaction> => {
  if (step === null) return proposed;
  await waitForStep(step, signal);
  return { ...stepReaction(step, proposed), origin: { scripted: step } };
};

function stepReaction({ action }: ScriptStep, proposed: Answer): Reaction {
  if (typeof action !== 'number') return { action };
  if (action === proposed.status) return proposed;
  if (action in apiStatuses)
    return jsonAnswer(action, answerBody({ status: action as keyof typeof apiStatuses, problems: [] }));
  return jsonAnswer(action, { detail: isAcknowledged(action) ? 'accepted' : 'this answer follows a script' });
}

function anyToken(values: readonly string[]): Auth {
  if (values.length === 0) return 'missing';
  return values.length === 1 && /^Bearer [\x21-\x7e]+$/.test(values[0]!) ? 'unchecked' : 'wrong';
}

/** In the receiver's order, and in the words of this side. */
function refuseHead(head: Capture, auth: Auth, maxBodyBytes: number): Answer | null {
  const refused = refuse(head, { auth, path: apiPath, maxBodyBytes });
  if (!refused) return null;
  const isEncoded = headerValues(head.rawHeaders, 'content-encoding').length > 0;
  if (refused.status === 415 && !isEncoded) return notJsonType;
  return refusal(refused.status, headWords[refused.status] ?? 'refused', refused.headers);
}

const headWords: Record<number, string> = {
  401: apiStatuses[401],
  403: 'the request comes from a web page',
  404: `nothing is here: messages are posted to ${apiPath}`,
  405: 'a message is posted: POST',
  413: 'the body is larger than the limit of 30 MB',
  415: 'Content-Encoding is not accepted: send the body as it is',
};

const notJsonType = jsonAnswer(422, {
  detail: [{ loc: ['header', 'content-type'], msg: 'must be application/json', type: 'value_error' }],
});

function refusal(status: number, detail: string, headers: Record<string, string> = {}): Answer {
  return jsonAnswer(status, { detail }, headers);
}
