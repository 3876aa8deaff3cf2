import type { CheckReport } from '../checks/report.ts';
import type { Style } from '../host.ts';

/** How a report is looked at; only `pretty` makes use of it. */
export interface ReportView {
  style: Style;
  /** Every request with its answer and timing, not only what went wrong. */
  verbose: boolean;
}

/** One form of a report. */
export interface Reporter {
  /** As in `--report NAME`. */
  name: string;
  /** What it is for, in a few words. */
  summary: string;
  /** The whole report as text, ending with a newline. Pure. */
  render(report: CheckReport, view: ReportView): string;
}
