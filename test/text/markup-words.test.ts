import { expect, test } from 'vitest';
import { htmlWords } from '../../src/text/markup-words.ts';

test.each([
  ['plain <b>text</b> stays', 'plain <b>text</b> stays'],
  ['{"error":"<html>"}', '{"error":"<html>"}'],
  [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot GET /a&quot;b</pre>\n</body>',
    'Cannot GET /a"b',
  ],
  [
    '<!doctype html>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>It&#39;s not JSON.</p>',
    "Bad Request It's not JSON.",
  ],
  ['<html><head><title>502 Bad Gateway</title></head><body></body></html>', '502 Bad Gateway'],
  ['<html><style>p { color: red }</style><p>Seen</p><script>var a = "<p>";</script>', 'Seen'],
  ['<html><body><p>Cut &amp;lt; <a hre', 'Cut &lt;'],
  ['<html><style>never closed', ''],
])('htmlWords finds the words of a page, and keeps other text: %j', (page, words) => {
  expect(htmlWords(page).replaceAll(/\s+/g, ' ').trim()).toBe(words);
});

test('htmlWords is quick even on a page that was made to be slow', () => {
  const start = performance.now();
  for (const piece of ['<', '<!--', '<style', '<title>', '&', '<html ']) htmlWords(`<html>${piece.repeat(5000)}`);
  expect(performance.now() - start).toBeLessThan(2000);
});
