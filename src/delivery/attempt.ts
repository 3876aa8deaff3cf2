import { URL } from 'node:url';
import type { FileReport } from '../fixtures/asset-server.ts';
import { deliver, type DeliverOptions } from './deliver.ts';
import { judge, type Expectations, type Verdict } from './judge.ts';
import type { Outcome } from './outcome.ts';
import type { Payload } from './payload.ts';

/** Serves the files of a delivery, and knows which were downloaded. */
export interface FileWatch {
  report(): FileReport[];
  /** Resolves when every file was fetched (true), or when the time is up (false). */
  allFetched(timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
}

export interface AttemptOptions extends DeliverOptions, Expectations {
  /** The files that the payload links to, if we serve them. */
  files?: FileWatch | null | undefined;
  /** Wait this long after the answer for the files to be fetched, in milliseconds, and fail if they were not. */
  expectFetchMs?: number | undefined;
  /** The links point to where the target cannot reach. */
  filesUnreachable?: boolean | undefined;
}

/** One delivery from start to end: what was sent, what came back, and what Suvvy would conclude. */
export interface Delivery {
  payload: Payload;
  url: URL;
  outcome: Outcome;
  verdict: Verdict;
  files: FileReport[];
}

/** Delivers a payload, waits for its files if that is asked for, and judges. Never throws for what the target did. */
export async function attempt(payload: Payload, options: AttemptOptions): Promise<Delivery> {
  const { files, expectFetchMs, signal } = options;
  const outcome = await deliver(payload, options);
  const verdict = judge(outcome, options);
  if (options.filesUnreachable) verdict.warnings.push('file_unreachable');
  if (files && expectFetchMs !== undefined && outcome.response) {
    const fetched = await files.allFetched(expectFetchMs, signal);
    if (!fetched) failUnfetched(verdict, files.report(), expectFetchMs);
  }
  return { payload, url: new URL(options.url), outcome, verdict, files: files?.report() ?? [] };
}

function failUnfetched(verdict: Verdict, files: FileReport[], expectFetchMs: number): void {
  if (!verdict.passed) return;
  const names = files.filter((file) => !file.fetched).map((file) => file.name);
  verdict.passed = false;
  verdict.reason ??= 'expectation';
  verdict.sentence = `not fetched within ${expectFetchMs / 1000} s of the answer: ${names.join(', ')}`;
}
