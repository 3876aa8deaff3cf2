import type { Redactor } from '../../contract/redact.ts';
import { ExitCode, HookError } from '../../errors.ts';
import { createInbox } from '../../platform/inbox.ts';
import type { PlatformEvent } from '../../platform/events.ts';
import type { Finding } from '../../platform/findings/finding.ts';
import type { WaitOptions } from '../arrivals.ts';
import { atCaller } from '../caller.ts';
import { verifyChoice, verifyMs } from '../options.ts';
import { apiArrival, describeApiArrival, veilFinding, type ApiArrival, type CustomerArrival } from './customer.ts';
import { compileMatch, matchWords, type CustomerMatch, type CustomerTest } from './match.ts';

/** Waits for what the app posts to Suvvy. Each message is given once, by whichever call comes first. */
export interface CustomerWaiting {
  /**
   * The first message that matches and that no earlier call was given, whether it is here already or still to come.
   *
   * @param match what it has to be: then a customer wrote it, and the API took it (2xx). Or a test of any message that could
   *   be read, also an employee's, or one that `answerWith` has refused. Default: any message of a customer that was taken
   * @throws HookError when the time is up, or all is closed, with what came instead in its message; what a test throws, at
   *   once
   * @example const { chatId } = await suvvy.waitForCustomer({ text: /^hello/i }, { timeoutMs: 2000 });
   */
  waitForCustomer(match?: CustomerMatch | CustomerTest, options?: WaitOptions): Promise<CustomerArrival>;
  /**
   * Waits so long, and wants nothing of the customer's to have come by then: no message that no earlier call was given,
   * taken or refused. What an employee wrote may come.
   *
   * @param what `customer`: what the app posts to the API
   * @throws HookError as soon as something comes, with what it was and what was found in it
   * @example await suvvy.expectNothing('customer', { forMs: 500 });
   */
  expectNothing(what: 'customer', options: ExpectNothingOptions): Promise<void>;
}

/** How long nothing may come. */
export interface ExpectNothingOptions {
  /** How long to wait, in milliseconds. */
  forMs: number;
}

/** Everything that was posted, and what was found in both directions. */
export interface Customers extends CustomerWaiting {
  findings: readonly Finding[];
  see(event: PlatformEvent): void;
  /** Tells those who wait. */
  close(): void;
}

/** So many requests an error tells of. */
const maxTold = 10;

/** @param troubles what went wrong on our side meanwhile, for the message of an error */
export function createCustomers({
  redactor,
  troubles,
}: {
  redactor: Redactor;
  troubles: () => readonly string[];
}): Customers {
  const inbox = createInbox<ApiArrival>();
  const latest: ApiArrival[] = [];
  const given = new WeakSet<ApiArrival>();
  const findings: Finding[] = [];
  const closing = new AbortController();

  /** The first that fits; null when the time is up or all is closed. What the test throws is thrown, at once. */
  const take = async (fits: (arrival: ApiArrival) => boolean, timeoutMs: number): Promise<ApiArrival | null> => {
    const over = new AbortController();
    const end = (): void => over.abort();
    const failures: unknown[] = [];
    const look = (arrival: ApiArrival): boolean => {
      if (failures.length > 0) return false;
      try {
        return fits(arrival);
      } catch (error) {
        failures.push(error);
        end();
        return false;
      }
    };
    closing.signal.addEventListener('abort', end);
    if (closing.signal.aborted) end();
    const found = await inbox.take(look, { timeoutMs, signal: over.signal });
    closing.signal.removeEventListener('abort', end);
    if (failures.length > 0) throw failures[0];
    if (found) given.add(found);
    return found;
  };
  const isClosed = (): boolean => closing.signal.aborted;
  const failed = (message: string): HookError => new HookError(redactor(message), { exitCode: ExitCode.failed });
  const instead = (): string => {
    const came = latest.map((one) => describeApiArrival(one, given.has(one)));
    const words = came.length > 0 ? [`what came: ${came.join('; ')}`] : isClosed() ? [] : ['nothing came at all'];
    return [...words, ...troubles()].map((text) => `; ${text}`).join('');
  };

  return {
    findings,
    waitForCustomer: async function waitForCustomer(match, { timeoutMs = 5000 } = {}) {
      return atCaller(waitForCustomer, async () => {
        verifyMs({ timeoutMs });
        const fits = compileMatch(match ?? {});
        const found = await take(({ message }) => message !== null && fits(message), timeoutMs);
        if (found?.message) return found.message;
        const why = isClosed() ? 'before it was closed' : `within ${timeoutMs / 1000} s`;
        throw failed(`no message of a customer${matchWords(match)} came ${why}${instead()}`);
      });
    },
    expectNothing: async function expectNothing(what, options) {
      return atCaller(expectNothing, async () => {
        verifyChoice('what is not expected', what, ['customer']);
        const forMs = (options as ExpectNothingOptions | undefined)?.forMs ?? Number.NaN;
        verifyMs({ forMs });
        const found = await take(isCustomers, forMs);
        if (found)
          throw failed(`a message of a customer came, and none was to come: ${describeApiArrival(found, false)}`);
        if (isClosed()) throw failed('it was closed before the time was up');
      });
    },
    see(event) {
      if (event.kind === 'customer') {
        const arrival = apiArrival(event, redactor);
        if (latest.push(arrival) > maxTold) latest.shift();
        inbox.add(arrival);
      } else if (event.kind === 'finding') {
        const finding = veilFinding(event.finding, redactor);
        findings.push(finding);
        // What is found in a message is told right behind it.
        if (finding.id !== 'reply/undelivered') latest.at(-1)?.findings.push(finding);
      }
    },
    close: () => closing.abort(),
  };
}

/** What is neither an employee's nor a stranger's: a health check, a page in a browser. */
function isCustomers({ event: { problems, request }, message }: ApiArrival): boolean {
  return message ? message.sender === 'customer' : problems.length > 0 || request.decision !== null;
}
