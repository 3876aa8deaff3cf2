import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    setupFiles: ['test/helpers/seed.ts'],
    testTimeout: 20_000,
    // All cores: most tests wait for sockets and processes.
    maxWorkers: '100%',
  },
});
