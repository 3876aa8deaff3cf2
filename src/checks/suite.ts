import type { CheckCase } from './case.ts';
import { authCases } from './cases/auth.ts';
import { fetchCase, fileCases } from './cases/deliver-files.ts';
import { textCases } from './cases/deliver-text.ts';
import { effectCases } from './cases/effect.ts';
import { eventCases } from './cases/event.ts';
import { limitCases } from './cases/limits.ts';
import { netCases } from './cases/net.ts';
import { perfCases } from './cases/perf.ts';
import { robustCases } from './cases/robust.ts';

/** Version of the catalogue: grows when a case is added, or asks for something else than before. */
export const catalogueVersion = '1';

/** Every case, in the order of the report. */
export const suite: readonly CheckCase[] = [
  ...netCases,
  ...textCases,
  ...fileCases,
  fetchCase,
  ...eventCases,
  ...authCases,
  ...robustCases,
  ...perfCases,
  ...effectCases,
  ...limitCases,
];
