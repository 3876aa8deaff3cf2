import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from '../../src/reporters/html.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { reportSaying, sampleReport, view } from './sample-report.ts';

/** How often each character that means something to HTML is there. */
function marks(page: string): Record<string, number> {
  const found = page.match(/[<>"']/g) ?? [];
  return Object.fromEntries(['<', '>', '"', "'"].map((mark) => [mark, found.filter((one) => one === mark).length]));
}

test('whatever a receiver says adds no mark-up', () => {
  const plain = marks(html.render(reportSaying('x'), view));
  fc.assert(
    fc.property(hostileText, (text) => {
      const page = html.render(reportSaying(`x${text}`), view);
      expect(marks(page)).toEqual(plain);
      expect(page).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      expect(safe(page)).toBe(page);
    }),
  );
});

test('the page needs nothing else, and nothing in it runs', () => {
  const page = html.render(sampleReport(), view);
  const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).not.toMatch(/<(?:script|link|img|iframe|form|object|embed)\b| (?:src|style|on\w+)=|@import|url\(/);
  expect([...page.matchAll(/href="([^"]*)"/g)].every(([, href]) => href?.startsWith('#'))).toBe(true);
});

test('every case has an anchor, and what went wrong is linked and open', () => {
  const report = sampleReport();
  const page = html.render(report, view);
  const ids = [...page.matchAll(/<details id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(report.cases.map(({ id }) => id));
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  expect(page).toContain('<details id="deliver/two-texts" class="fail" open>');
  expect(page).toContain('<details id="deliver/text-ai" class="pass">');
});
