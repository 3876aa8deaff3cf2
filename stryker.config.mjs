import process from 'node:process';

/**
 * What `npm run mutate` puts faults into: `checks/select` is src/checks/select.ts. The tests of the same names have to
 * notice, test/checks/select.test.ts here; a file without one is seen to by those of its neighbours in the list.
 */
const lists = {
  // What decides and says. Some minutes.
  pure: [
    'checks/case-result',
    'checks/select',
    'contract/bearer',
    'contract/event',
    'contract/explain-issue',
    'contract/field-path',
    'contract/redact',
    'delivery/judge',
    'inspector/feed',
    'journal/quote-json',
    'receiver/inspect',
    'contract/parse-body',
    'receiver/parse-script',
    'receiver/reply',
    'text/layout',
    'text/safe',
    'reporters/report-words',
  ],
  // What has sockets, files and a process: `MUTATE=io npm run mutate`.
  io: [
    'delivery/deliver',
    'fixtures/asset-server',
    'host',
    'inspector/gate',
    'inspector/wire',
    'inspector/media/fetch-media',
    'journal/file',
    'journal/append',
    'receiver/server',
    'receiver/request-lifecycle',
    'sinks/line-writer',
  ],
};

const names = lists[process.env.MUTATE ?? 'pure'];

/** For vitest.mutation.config.mjs. */
export const tests = [...names.map((name) => `test/${name}*.test.ts`), 'test/text/text.test.ts'];

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.mjs' },
  mutate: names.map((name) => `src/${name}.ts`),
  // There is none for it to rewrite: it would need an interface of TypeScript that version 7 does not have.
  tsconfigFile: 'none',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
};
