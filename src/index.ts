/** The library: what the command line does, for your own tests. Importing it runs nothing. */

export { startReceiver, type RunningReceiver, type StartReceiverOptions } from './library/start-receiver.ts';
export type { Arrival } from './library/arrival.ts';
export type { EventOfType, Match, Matched, WaitForAllOptions, Waiting, WaitOptions } from './library/arrivals.ts';
export type { Respond } from './library/answering.ts';
export { createPayload, deliver, deliverBody, deliverFixture, type DeliverEventOptions } from './library/deliver.ts';
export type { FixtureName } from './library/fixture-names.ts';
export { checkWebhook, type CheckWebhookOptions } from './library/check-webhook.ts';
export { startSuvvy } from './library/suvvy/start-suvvy.ts';
export type { RunningSuvvy, StartSuvvyOptions } from './library/suvvy/running-suvvy.ts';
export type { CustomerWaiting, ExpectNothingOptions } from './library/suvvy/customers.ts';
export type { CustomerArrival } from './library/suvvy/customer.ts';
export type { CustomerMatch, CustomerTest } from './library/suvvy/match.ts';
export type { SaidPart } from './library/suvvy/parts.ts';
export type { CustomerMessage } from './platform/api/validate.ts';
export type { Attachment } from './platform/api/attachments.ts';
export type { Evidence, Finding, FindingId, Level as FindingLevel } from './platform/findings/finding.ts';
export { newMessages, testRequest, type NewMessagesOptions } from './library/build-event.ts';
export type { App, FastifyApp, FetchApp, KoaApp, NodeHandler } from './http/serve-app.ts';

export { parseEvent, type ParsedEvent } from './contract/event.ts';
export type { Issue } from './contract/issue.ts';
export type {
  FileMessage,
  Message,
  MessageFile,
  NewMessagesEvent,
  SuvvyEvent,
  TestRequestEvent,
  TextMessage,
  UnknownEvent,
} from './contract/event-types.ts';
export {
  anyEventSchema,
  messageSchema,
  newMessagesSchema,
  testRequestSchema,
  type EventSchema,
  type SchemaError,
} from './contract/standard-schemas.ts';
export { eventJsonSchema, eventOpenApi } from './contract/json-schema.ts';
export { messageTypes, type EventType, type MessageSender, type MessageType } from './contract/message-types.ts';
export { assumptions, observed, rules, type AssumptionId, type ObservedId, type RuleId } from './contract/rules.ts';
export { deadlineMs } from './contract/limits.ts';
export { bearer, fingerprint, verifyBearer, type Auth, type HeadersLike } from './contract/bearer.ts';

export { listFixtures, type FixtureEntry } from './fixtures/list.ts';
export { loadFixtures, type Fixture } from './fixtures/load.ts';
export { composeFixture, type ComposeOptions, type Draft } from './fixtures/compose.ts';
export type { ServedFile } from './fixtures/asset-server.ts';
export { parseEdit, type Edit } from './fixtures/edit.ts';

export type { Payload, PayloadOptions, RequestOptions } from './delivery/payload.ts';
export { type RawHeader } from './http/headers.ts';
export type { DeliverOptions } from './delivery/deliver.ts';
export { createTurnClock } from './delivery/timing.ts';
export type { Failure, FailureCode, Outcome, Response, Timing } from './delivery/outcome.ts';
export { judge, type Expectations, type Reason, type Verdict, type Warning } from './delivery/judge.ts';
export type { Delivery } from './delivery/attempt.ts';
export type { FileReport } from './fixtures/asset-server.ts';

export type { Answer, AnswerEvent, NoAnswer, Reaction, StreamedAnswer } from './receiver/answer.ts';
export type { Received } from './receiver/inspect.ts';

export type { CaseResult, CheckReport } from './library/check-report.ts';
export type { CaseOutcome, Level } from './checks/report.ts';

export { ExitCode, HookError } from './errors.ts';
