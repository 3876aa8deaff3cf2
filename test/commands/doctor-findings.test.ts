import { createRedactor } from '../../src/contract/redact.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DoctorFacts, TargetFacts } from '../../src/commands/doctor/facts.ts';
import { findingsOf } from '../../src/commands/doctor/findings.ts';

const well: DoctorFacts = {
  nodeVersion: '22.11.0',
  otherRuntime: null,
  minimumNode: '20.18.1',
  env: {},
  localhost: ['127.0.0.1', '::1'],
  defaultPort: { port: 8080, listening: [] },
  target: null,
  inContainer: false,
  terminal: { isTTY: true, columns: 120 },
  cannotWrite: null,
};

const at = (url: string, addresses: TargetFacts['addresses'], ...listening: string[]): TargetFacts => {
  return { url: new URL(url), addresses, listening };
};

test('doctor finds no problem in a normal environment', () => {
  expect(findingsOf(well).filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(findingsOf(well).every(({ hint }) => hint === null)).toBe(true);
});

const table: [what: string, facts: Partial<DoctorFacts>, id: string, level: string, words: RegExp][] = [
  ['an old Node', { nodeVersion: '20.9.0' }, 'node-version', 'error', /20\.9\.0 is older than 20\.18\.1/],
  ['Node 20', { nodeVersion: '20.20.2' }, 'node-version', 'warning', /April 2026/],
  ['Bun', { otherRuntime: 'Bun 1.3.0' }, 'node-version', 'warning', /Bun 1\.3\.0, which is not supported/],
  ['NODE_OPTIONS', { env: { NODE_OPTIONS: '--import /x.js -r y' } }, 'node-options', 'warning', /: --import -r$/],
  ['no verification', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'tls-verification', 'error', /tls-verified/],
  ['no secret', { env: { SUVVY_WEBHOOK_SECRET: '' } }, 'secret', 'ok', /empty, which counts as not set/],
  ['a secret', { env: { SUVVY_WEBHOOK_SECRET: 'abc' } }, 'secret', 'ok', /set \(sha256:ba7816\)/],
  ['a bad secret', { env: { SUVVY_WEBHOOK_SECRET: 'abc\n' } }, 'secret', 'error', /a line break/],
  [
    'no URL',
    { target: { problem: '"x" is not', hint: 'do' } },
    'webhook-url',
    'error',
    /SUVVY_WEBHOOK_URL: "x" is not/,
  ],
  ['a URL elsewhere', { target: at('https://a.example/', null) }, 'webhook-url', 'ok', /it was not tried/],
  [
    'a deaf URL',
    { target: at('http://localhost:1/', ['127.0.0.1', '::1']) },
    'webhook-url',
    'warning',
    /nothing listens there/,
  ],
  ['an unknown name', { target: at('http://a.localhost/', []) }, 'webhook-url', 'error', /does not resolve/],
  ['one family', { target: at('http://localhost/', ['127.0.0.1', '::1'], '::1') }, 'webhook-url', 'ok', /only on ::1/],
  ['both', { target: at('http://localhost/', ['::1'], '::1') }, 'webhook-url', 'ok', /listens on ::1$/],
  ['no localhost', { localhost: [] }, 'localhost', 'error', /does not resolve/],
  ['only ::1', { localhost: ['::1'] }, 'localhost', 'warning', /localhost is ::1/],
  [
    'a taken port',
    { defaultPort: { port: 8080, listening: ['127.0.0.1', '::1'] } },
    'default-port',
    'warning',
    /\[::1\]:8080/,
  ],
  ['a proxy', { env: { https_proxy: 'http://user:pass@p' } }, 'proxy', 'warning', /^https_proxy: not used here/],
  ['a spared localhost', { env: { HTTP_PROXY: 'x', NO_PROXY: 'localhost,127.0.0.1' } }, 'proxy', 'ok', /not used here/],
  ['a container', { inContainer: true }, 'container', 'warning', /its localhost is not/],
  [
    'a pipe',
    { terminal: { isTTY: false, columns: undefined }, env: { CI: '1' } },
    'terminal',
    'ok',
    /no terminal · CI is set/,
  ],
  ['two minds', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, 'terminal', 'warning', /NO_COLOR is set/],
  ['a dumb one', { env: { TERM: 'dumb' } }, 'terminal', 'warning', /TERM is dumb/],
  ['a narrow one', { terminal: { isTTY: true, columns: 40 } }, 'terminal', 'warning', /40 columns/],
  ['a folder to read', { cannotWrite: 'permission denied' }, 'folder', 'warning', /permission denied/],
];

describe('each finding of doctor is right', () => {
  test.each(table)('in the case "%s"', (_, facts, id, level, words) => {
    const found = findingsOf({ ...well, ...facts });
    expect(found.find((finding) => finding.id === id)).toMatchObject({ level, message: expect.stringMatching(words) });
    expect(found.filter((finding) => finding.id !== id && finding.level !== 'ok')).toEqual([]);
  });

  test('and a problem has a hint', () => {
    const found = table.flatMap(([, facts]) => findingsOf({ ...well, ...facts }));
    expect(found.filter(({ level, hint }) => level !== 'ok' && !hint)).toEqual([]);
  });

  test('and has its line in the docs', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
    const ids = new Set(table.flatMap(([, facts]) => findingsOf({ ...well, ...facts })).map(({ id }) => id));
    expect([...ids].filter((id) => !page.includes(`| \`${id}\` |`))).toEqual([]);
  });

  test('and shows no value of a secret or a proxy', () => {
    const env = {
      SUVVY_WEBHOOK_SECRET: 'hush-hush',
      HTTPS_PROXY: 'http://user:p4ss@proxy',
      NODE_OPTIONS: '--title=hush-hush',
    };
    const target = at('http://a.example/hush-hush', null);
    const shown = JSON.stringify([
      findingsOf({ ...well, env, target }),
      findingsOf({ ...well, env, target: { problem: '"hush-hush" is not a URL', hint: 'http://hush-hush' } }),
    ]);
    expect(createRedactor(env.SUVVY_WEBHOOK_SECRET)(shown)).not.toMatch(/hush-hush|p4ss/);
  });
});
