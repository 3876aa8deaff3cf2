import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    // To remove what npm has installed takes a while.
    hookTimeout: 120_000,
  },
});
