import { diagnose } from '../../checks/diagnosis/diagnose.ts';
import { failsRun } from '../../checks/diagnosis/troubles.ts';
import type { CaseResult, CheckReport } from '../../checks/report.ts';
import type { Redact } from '../../contract/redact.ts';
import { lookIntoLog } from '../../delivery/advice.ts';
import { errorLine } from '../../text/error-line.ts';
import type { StartedServer } from '../start/start-server.ts';

/** What the server wrote while one case was sent. */
interface Excerpt {
  id: string;
  text: string;
}

/** How much of it is kept for one case, in characters. The error stands at the end. */
const maxExcerpt = 16_384;

/** Follows what a server writes, case by case. */
export interface ServerLog {
  /** A case begins, and the one before it has ended. */
  begin(id: string): void;
  /** No case comes any more. */
  end(): void;
  excerpts(): readonly Excerpt[];
}

export function createServerLog(server: Pick<StartedServer, 'heard' | 'outputSince'>): ServerLog {
  const excerpts: Excerpt[] = [];
  let current: { id: string; from: number } | null = null;
  const end = (): void => {
    if (current) excerpts.push({ id: current.id, text: server.outputSince(current.from).slice(-maxExcerpt) });
    current = null;
  };
  return {
    // Pipes are read after sockets may be: what came in the same turn as the answer still belongs to the case before.
    begin: (id) =>
      void setImmediate(() => {
        end();
        current = { id, from: server.heard() };
      }),
    end,
    excerpts: () => excerpts,
  };
}

/** The report with the server's own line in each case that it did not answer well, and a diagnosis that knows of them. */
export function addServerLines(report: CheckReport, excerpts: readonly Excerpt[], redact: Redact): CheckReport {
  const passed = new Set(report.cases.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id));
  const lineOf = (result: CaseResult): string | null => {
    if (!wantsLine(result)) return result.errorLine;
    const at = excerpts.findIndex(({ id }) => id === result.id);
    // One that answers before it writes may write in the time of the next case, if that has nothing to say itself.
    const near = excerpts.slice(at, at + 2).filter(({ id }) => id === result.id || passed.has(id));
    if (at < 0) return null;
    for (const { text } of near) {
      // Before it is cut: a part of a secret would no longer be found.
      const line = errorLine(redact(text));
      if (line) return line;
    }
    return null;
  };
  const changed = { ...report, cases: report.cases.map((result) => withLine(result, lineOf(result))) };
  return { ...changed, diagnosis: diagnose(changed) };
}

/** Nobody is sent to a log whose line stands here. */
function withLine(result: CaseResult, line: string | null): CaseResult {
  if (line === null || line === result.errorLine) return { ...result, errorLine: line };
  const start = `Start at the line that the server names (${line}): this request made it fail there`;
  const told = (text: string): string =>
    Object.values(lookIntoLog).reduce((all, words) => all.replace(new RegExp(escaped(words), 'i'), () => start), text);
  return { ...result, errorLine: line, fix: result.fix && told(result.fix), hint: result.hint && told(result.hint) };
}

function escaped(text: string): string {
  return text.replaceAll(/[?.]/g, String.raw`\$&`);
}

function wantsLine(result: CaseResult): boolean {
  const isWrong = failsRun(result) || ['fail', 'warn', 'waived'].includes(result.outcome);
  return (
    isWrong && result.errorLine === null && result.requests.some(({ response }) => !response || response.status >= 500)
  );
}
