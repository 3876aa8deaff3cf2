import type { CheckCase } from '../case.ts';
import { authCases } from './auth.ts';
import { fetchCase, fileCases } from './deliver-files.ts';
import { textCases } from './deliver-text.ts';
import { effectCases } from './effect.ts';
import { eventCases } from './event.ts';
import { limitCases } from './limits.ts';
import { netCases } from './net.ts';
import { perfCases } from './perf.ts';
import { robustCases } from './robust.ts';

/** The version of the catalogue. It is raised when a case is added, or sends or expects something new. */
export const catalogueVersion = '3';

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
