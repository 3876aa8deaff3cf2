import { jsonLine } from '../text/safe.ts';
import type { Reporter } from './reporter.ts';

/** `{"type":"case",...}` for every case, then `{"type":"summary",...}` with all the rest of the report. */
export const ndjson: Reporter = {
  name: 'ndjson',
  summary: 'a JSON line for every case, then one for the summary',
  render({ cases, ...rest }) {
    const lines = [...cases.map((result) => ({ type: 'case', ...result })), { type: 'summary', ...rest }];
    return lines.map((line) => `${jsonLine(line)}\n`).join('');
  },
};
