import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    setupFiles: ['test/helpers/seed.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    tags: [{ name: 'heavy', description: 'Too slow, or too sure of its time, for code that is full of mutants.' }],
    // One load of the modules serves all files of a worker: they keep no state, and loading took a third of the processor.
    isolate: false,
    // What the program prints follows how npm started it: `npm test` and `npx vitest` see the same.
    env: { npm_command: 'exec' },
    // All cores: most tests wait for sockets and processes.
    maxWorkers: '100%',
  },
});
