import { escapeJson } from '../text/safe.ts';
import type { Reporter } from './reporter.ts';

/** The report itself. `schemas/check-report.schema.json` describes it. */
export const json: Reporter = {
  name: 'json',
  summary: 'the report itself, with a published schema',
  render: (report) => `${escapeJson(JSON.stringify(report, null, 2))}\n`,
};
