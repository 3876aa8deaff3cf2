import { describe, expect, test } from 'vitest';
import { inspect } from '../../src/receiver/inspect.ts';
import { failed, refuse, reply } from '../../src/receiver/reply.ts';
import { protocolAnswer } from '../../src/receiver/write-answer.ts';
import { captureOf } from './capture-of.ts';

type Lines = [string, string][];

const host: Lines = [['Host', 'localhost:8080']];
const bearer: Lines = [['Authorization', 'Bearer s3cret']];

describe('reply answers a request whose body was read', () => {
  const good = '{"event_type":"test_request"}';
  const bad = '{"event_type":"new_messages","new_messages":[{"type":"text","message_sender":"s3cret","text":1}]}';

  test.each([
    ['a good event', good, true, 200],
    ['an unknown type', '{"event_type":"typing"}', true, 200],
    ['an unknown field', '{"event_type":"test_request","x":1}', true, 200],
    ['a breach', bad, false, 200],
    ['a breach, strictly', bad, true, 422],
    ['no object, strictly', '[]', true, 422],
    ['no JSON', '{', false, 400],
  ])('it answers with the right status: %s', (_name, body, strict, status) => {
    const answer = reply(inspect(captureOf(body), {}), { strict });
    expect(answer).toMatchObject({ status, headers: { 'Content-Type': 'application/json' } });
    expect(String(answer.body)).toMatch(status === 200 ? /^\{"ok":true\}$/ : /^\{"error":".+"\}$/);
  });

  test('it refuses a breach of the contract only with --strict', () => {
    expect(reply(inspect(captureOf(bad))).status).toBe(200);
  });

  test('it answers 400 to a body that was not read', () => {
    expect(JSON.parse(String(reply({ json: null, issues: [] }).body))).toEqual({ error: 'the body is not JSON' });
  });

  test('its 422 for a single issue does not mention more', () => {
    const { body } = reply(inspect(captureOf('{"event_type":"new_messages"}')), { strict: true });
    expect(JSON.parse(String(body)).error).toMatch(/^the body breaks the contract: new_messages \(R12: [^)]+\)$/);
  });

  test('its 422 names the place and the rule, but not the value', () => {
    const { body } = reply(inspect(captureOf(bad), {}), { strict: true });
    expect(JSON.parse(String(body)).error).toBe(
      'the body breaks the contract: new_messages[0].message_sender (R14: every message says who sent it: ai or employee), and 1 more',
    );
  });

  test.each([
    ['{"a": s3cret, "b": 1}', "the body is not JSON: Unexpected token 's'"],
    ['{"a":1} x', 'the body is not JSON: Unexpected non-whitespace character after JSON at position 8'],
    ['"\u009b31m\u202e', 'the body is not JSON: Unterminated string in JSON at position 6'],
    ['\u202e', "the body is not JSON: Unexpected token '\u202e'"],
  ])('its 400 does not quote the body %j', (input, error) => {
    const { body } = reply(inspect(captureOf(input), {}));
    expect(JSON.parse(String(body)).error).toBe(error);
    expect(String(body)).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('refuse decides by the head of a request', () => {
  const head = (rawHeaders: Lines, rest: { method?: string; path?: string } = {}) => ({
    method: 'POST',
    path: '/hook',
    rawHeaders: [...host, ...rawHeaders],
    ...rest,
  });
  const options = { secret: 's3cret', path: '/hook', maxBodyBytes: 100 };
  const statusOf = (lines: Lines, rest = {}, more = {}) =>
    refuse(head(lines, rest), { ...options, ...more })?.status ?? null;

  test.each<[string, number | null, Lines]>([
    ['Content-Type with a charset', null, [['Content-Type', 'Application/JSON ; charset=utf-8']]],
    ['+json', null, [['Content-Type', 'application/vnd.suvvy+json']]],
    ['identity', null, [['Content-Encoding', 'Identity']]],
    ['Sec-Fetch-Site: none', null, [['Sec-Fetch-Site', 'none']]],
    ['an empty Content-Type', null, [['Content-Type', '']]],
    ['an empty Content-Encoding', null, [['Content-Encoding', '']]],
    ['just small enough', null, [['Content-Length', '100']]],
    ['too large', 413, [['Content-Length', '101']]],
    ['gzip', 415, [['Content-Encoding', 'gzip']]],
    [
      'gzip behind identity',
      415,
      [
        ['Content-Encoding', 'identity'],
        ['content-encoding', 'gzip'],
      ],
    ],
    ['a form', 415, [['Content-Type', 'application/x-www-form-urlencoded']]],
    ['text', 415, [['Content-Type', 'text/plain; application/json']]],
    ['bare +json', 415, [['Content-Type', '+json']]],
    ['cross-site', 403, [['Sec-Fetch-Site', 'Cross-Site']]],
    ['an Origin that looks like ours (DNS rebinding)', 403, [['Origin', 'http://LOCALHOST:8080']]],
    ['a foreign Origin', 403, [['Origin', 'https://evil.example']]],
    ['another port', 403, [['Origin', 'http://localhost:3000']]],
    ['the null Origin', 403, [['Origin', 'null']]],
    [
      'two Origins',
      403,
      [
        ['Origin', 'http://localhost:8080'],
        ['Origin', 'http://evil.example'],
      ],
    ],
    ['a second Authorization', 401, [['authorization', 'Bearer s3cret']]],
  ])('it decides on %s with %s', (_name, status, lines) => {
    expect(statusOf([...bearer, ...lines])).toBe(status);
  });

  test('it checks the reasons in a fixed order', () => {
    const lines: Lines = [
      ['Origin', 'null'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', '999'],
    ];
    expect(statusOf(lines, { path: '/', method: 'GET' })).toBe(404);
    expect(statusOf(lines, { method: 'GET' })).toBe(403);
    expect(statusOf(lines.slice(1), { method: 'GET' })).toBe(405);
    expect(statusOf(lines.slice(1))).toBe(401);
    expect(statusOf([...bearer, ...lines.slice(1)])).toBe(415);
    expect(statusOf([...bearer, ...lines.slice(2)])).toBe(413);
    expect(statusOf([...bearer])).toBe(null);
  });

  test('it refuses nothing if no path and no secret are set', () => {
    expect(refuse(head([], { path: '/x' }), { maxBodyBytes: 1 })).toBeNull();
  });

  test.each<[string, Lines, string]>([
    ['missing', [], 'the Authorization header is missing'],
    ['wrong', [['Authorization', 'Bearer s3cre']], 'the Authorization header does not match'],
    ['twice', [...bearer, ...bearer], 'there is more than one Authorization header'],
  ])('its 401 says why: %s', (_name, lines, words) => {
    const answer = refuse(head(lines), options);
    expect(answer).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    expect(String(answer?.body)).toContain(words);
    expect(String(answer?.body)).not.toContain('s3cre');
  });

  test('its 405 names the allowed method', () => {
    expect(refuse(head([], { method: 'PUT' }), options)).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
  });

  test.each<[string, { method?: string; path?: string }, Lines]>([
    ['not found: this receiver answers only on /hook', { path: '/other' }, []],
    ['the request comes from a web page', {}, [['Origin', 'null']]],
    ['PUT is not accepted: an event is a POST (R6)', { method: 'PUT' }, []],
    ['Content-Encoding is not accepted: send the body as it is', {}, [['Content-Encoding', 'gzip']]],
    ['Content-Type must be application/json (R6)', {}, [['Content-Type', 'text/plain']]],
    ['the body is larger than the limit of 100 bytes', {}, [['Content-Length', '101']]],
  ])('its refusal says why: %s', (error, rest, lines) => {
    expect(JSON.parse(String(refuse(head([...bearer, ...lines], rest), options)?.body))).toEqual({ error });
  });
});

test('a 500 contains only our own words', () => {
  expect(failed('the disk is full')).toMatchObject({ status: 500 });
  expect(JSON.parse(String(failed('the disk is full').body))).toEqual({ error: 'the disk is full' });
});

test.each([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_INVALID_METHOD', 400],
  [undefined, 400],
])('a request at which the parser stops with %s gets a %i', (code, status) => {
  expect(protocolAnswer(code).status).toBe(status);
});
