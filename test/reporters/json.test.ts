import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from '../../src/reporters/json.ts';
import { ndjson } from '../../src/reporters/ndjson.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { reportSaying, sampleReport, view } from './sample-report.ts';

test('the JSON report is the report, and harmless to print', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = reportSaying(text);
      const output = json.render(report, view);
      expect(JSON.parse(output)).toEqual(report);
      expect(safe(output)).toBe(output);
      expect(output).not.toMatch(/##[\w.]*\[/);
    }),
  );
});

test('NDJSON is a line for every case, then one for the rest', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = reportSaying(text);
      const output = ndjson.render(report, view);
      const lines = output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string });
      const { cases, ...rest } = report;
      expect(lines).toEqual([...cases.map((one) => ({ type: 'case', ...one })), { type: 'summary', ...rest }]);
      expect(safe(output)).toBe(output);
    }),
  );
  expect(ndjson.render(sampleReport({ cases: [] }), view).split('\n')).toHaveLength(2);
});
