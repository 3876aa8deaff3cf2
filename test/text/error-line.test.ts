import { describe, expect, test } from 'vitest';
import { errorLine } from '../../src/text/error-line.ts';

const node = `TypeError: Cannot read properties of undefined (reading 'text')
    at Array.map (<anonymous>)
    at file:///home/me/shop/server.js:5:28
    at Layer.handleRequest (/home/me/shop/node_modules/router/lib/layer.js:152:17)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

const python = `127.0.0.1 - - [25/Nov/2026 10:00:00] "POST /hook HTTP/1.1" 500 -
Traceback (most recent call last):
  File "/usr/lib/python3.12/http/server.py", line 424, in handle_one_request
    method()
  File "/home/me/receiver.py", line 10, in do_POST
    for m in event['new_messages']: print(m['text'])
                                          ~^^^^^^^^
KeyError: 'text'`;

describe('errorLine finds the line that matters', () => {
  test.each<[string, string, string]>([
    ['a stack of Node', node, "TypeError: Cannot read properties of undefined (reading 'text') at server.js:5:28"],
    [
      'the page of Express',
      `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${node.replaceAll("'", '&#39;').replaceAll('<', '&lt;').replaceAll('\n   ', '<br> &nbsp; &nbsp;')}</pre>\n</body>\n</html>`,
      "TypeError: Cannot read properties of undefined (reading 'text') at server.js:5:28",
    ],
    ['a traceback of Python', python, "KeyError: 'text' at receiver.py:10"],
    [
      'the later of two tracebacks in a chain',
      `${python}\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/home/me/shop/views.py", line 7, in hook\n    raise Lost("no text")\nshop.errors.Lost: no text\n`,
      'shop.errors.Lost: no text at shop/views.py:7',
    ],
    ['a log that docker compose prints', python.replaceAll(/^/gm, 'web-1  | '), "KeyError: 'text' at receiver.py:10"],
    [
      'the debug page of Django',
      `<!DOCTYPE html>\n<html lang="en">\n<head>\n  <title>KeyError\n          at /hook</title><style>p { color: red }</style></head><body><header id="summary"><h1>KeyError\n       at /hook</h1>\n  <pre class="exception_value">&#x27;text&#x27;</pre><table><tr><th scope="row">Exception Location:</th>\n      <td>/srv/shop/views.py, line 12, in hook</td></tr></table>`,
      "KeyError: 'text' at shop/views.py:12",
    ],
    [
      'the debugger of Flask',
      `<!doctype html>\n<html lang=en>\n  <head>\n    <title>KeyError: &#39;text&#39;\n // Werkzeug Debugger</title></head><body><h4>File <cite class="filename">"/x/site-packages/flask/app.py"</cite>,\n line <em class="line">1498</em></h4><h4>File <cite class="filename">"/srv/receiver.py"</cite>,\n      line <em class="line">12</em></h4><h4>File <cite class="filename">"/x/site-packages/json.py"</cite>, line <em class="line">1</em></h4>`,
      "KeyError: 'text' at receiver.py:12",
    ],
    [
      'the page of Laravel',
      '<!--\nErrorException: Undefined array key "text" in file /srv/shop/routes/web.php on line 12\n\n#0 /srv/shop/vendor/laravel/x.php(1) -->\n<!DOCTYPE html><html><title>Undefined array key "text"</title></html>',
      'ErrorException: Undefined array key "text" at web.php:12',
    ],
    [
      'the page of Symfony',
      '<!-- Warning: Undefined array key &quot;text&quot; (500 Internal Server Error) -->\n<!DOCTYPE html><html><title>x</title></html>',
      'Warning: Undefined array key "text"',
    ],
    [
      'the page of Next',
      `<!DOCTYPE html><html><head></head><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ err: { name: 'TypeError', message: 'x is not a function', stack: 'TypeError: x is not a function\n    at handler (webpack-internal:///(api)/./pages/api/hook.js:5:28)' } })}</script>`,
      'TypeError: x is not a function at hook.js:5:28',
    ],
    [
      'the page of Rails',
      `<!DOCTYPE html><html><body><header><h1>KeyError in HooksController#create</h1></header><div class="exception-message"><div class="message">key not found: &quot;text&quot;</div></div><pre>app/controllers/hooks_controller.rb:5:in 'create'</pre>`,
      'KeyError: key not found: "text" at hooks_controller.rb:5',
    ],
    [
      'the text of Rails',
      "KeyError (key not found: :text):\n\napp/x.rb:5:in 'create'",
      'KeyError: key not found: :text',
    ],
    [
      'a panic of Go',
      'http: panic serving 127.0.0.1:1: boom\ngoroutine 1 [running]:\nmain.hook()\n\t/srv/hook.go:12 +0x1d',
      'panic serving 127.0.0.1:1: boom at hook.go:12',
    ],
    [
      'a fatal error of PHP',
      'PHP Fatal error:  Uncaught TypeError: no text in /srv/hook.php:3',
      'TypeError: no text in /srv/hook.php:3',
    ],
    ['JSON with an error', '{"error":"unknown event_type"}', 'unknown event_type'],
    ['JSON with an error inside', '{"ok":false,"error":{"code":5,"message":"no such chat"}}', 'no such chat'],
    ['JSON of Fastify', '{"statusCode":500,"error":"Internal Server Error","message":"no text"}', 'no text'],
    [
      'JSON of FastAPI',
      '{"detail":[{"type":"missing","loc":["body","text"],"msg":"Field required"}]}',
      'body.text: Field required',
    ],
    [
      'JSON of Laravel',
      '{"message":"Undefined array key","exception":"ErrorException","file":"/srv/shop/hook.php","line":12,"trace":[]}',
      'ErrorException: Undefined array key at hook.php:12',
    ],
    [
      'a stack in JSON',
      JSON.stringify({ status: 500, stack: node }),
      "TypeError: Cannot read properties of undefined (reading 'text') at server.js:5:28",
    ],
    ['JSON that was cut', '{"detail":"no \\"text\\" here","more":[1,2', 'no "text" here'],
    ['a problem of RFC 9457', '{"type":"about:blank","title":"Bad","detail":"no text","status":400}', 'no text'],
  ])('in %s', (_, text, line) => {
    expect(errorLine(text)).toBe(line);
  });
});

test.each([
  '',
  'ok',
  '{"ok":true}',
  '[]',
  'null',
  '<html><title>404 Not Found</title><h1>Not Found</h1></html>',
  'Bad Request',
])('a text that names no cause has no such line: %j', (text) => {
  expect(errorLine(text)).toBeNull();
});

test('no text makes the search for the line that matters slow', () => {
  const start = performance.now();
  for (const piece of [
    '<!--',
    'Error',
    'aA',
    '<h1>A in ',
    'Traceback (most recent call last)\n',
    '{"message":',
    'at (',
    '"error":"\\',
    'AError (',
  ])
    for (const head of ['', '<html>', '{']) errorLine(head + piece.repeat(20_000));
  expect(performance.now() - start).toBeLessThan(4000);
});
