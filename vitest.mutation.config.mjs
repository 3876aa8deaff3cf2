import { defineConfig } from 'vitest/config';
import { tests } from './stryker.config.mjs';
import base from './vitest.config.ts';

export default defineConfig({ test: { ...base.test, isolate: true, include: tests, tagsFilter: ['!heavy'] } });
