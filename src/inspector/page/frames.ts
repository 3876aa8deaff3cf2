// The objects of the control API, as docs/inspector.md has them.

/** What reached a receiver; beside `mock`, what an app posted for a customer, or what went to its webhook. */
export interface EventFrame {
  type: 'event' | 'customer' | 'delivery';
  seq: number;
  id: string;
  receivedAt: string;
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  /** Absent where it is large, or not UTF-8. */
  body?: string | null;
  bodyBase64?: string;
  bodyBytes: number | null;
  auth: 'ok' | 'missing' | 'wrong' | 'unchecked';
  eventType: string | null;
  chatId: string | null;
  issues: Problem[];
  unknownFields: string[];
  answer: {
    status: number | null;
    scripted?: string;
    forwarded?: { status: number | null; ms: number; reason: string | null; message: string | null };
  };
  /** Of a customer's message. */
  sender?: string | null;
  text?: string | null;
  attachments?: { fileName: string; fileType: string; bytes: number; mimeType: string }[];
  messageId?: string | null;
  source?: string | null;
  clientName?: string | null;
  /** Why the bot says nothing to it. */
  silent?: string | null;
}

/** Something that no status tells (`mock`). */
export interface FindingFrame {
  type: 'finding';
  seq: number;
  id: string;
  level: 'error' | 'warning' | 'note';
  chatId: string | null;
  message: string;
}

interface Problem {
  path: string;
  message: string;
  rule: string;
}

/** With what the rule says: null where it was only seen in real integrations. */
export interface ExplainedProblem extends Problem {
  quote: string | null;
  gist: string;
}

export interface EventDetail extends EventFrame {
  issues: ExplainedProblem[];
  rawHeaders: [name: string, value: string][];
  httpVersion: string | null;
  remoteAddress: string | null;
  copy: { curl: string | null; fixture: string | null; replay: string | null };
}

export interface Counts {
  events: number;
  acknowledged: number;
  broken: number;
  firstSeq: number;
}

export interface RunState extends Counts {
  type: 'state';
  source: 'listen' | 'journal' | 'mock';
  url: string | null;
  journal: string | null;
  replay: { urls: string[]; allowRemote: boolean; secret: boolean };
  answers: { script: string | null } | null;
  say: boolean;
  /** Those of Suvvy's page. */
  senders: string[];
  types: string[];
  clear: boolean;
  lastSeq: number;
}

export type Frame =
  | EventFrame
  | FindingFrame
  | RunState
  | ({ type: 'counts' } & Counts)
  | { type: 'skipped'; events: number }
  | { type: 'closed'; reason: 'elsewhere' | 'ended' };

export interface DeliveryResult {
  url: string;
  delivered: boolean;
  reason: string | null;
  message: string | null;
  warnings: string[];
  status: number | null;
  timing: Record<'dnsMs' | 'connectMs' | 'tlsMs' | 'sendMs' | 'waitMs' | 'bodyMs', number | null> & { totalMs: number };
  response: { headers: Record<string, string | string[]>; body: string; bodyBytes: number; truncated: boolean } | null;
  secretSent: boolean;
}
