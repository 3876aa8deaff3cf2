import { fileMessageTypes } from '../../contract/message-types.ts';
import type { CaseResult } from '../report.ts';

/** A kind of request, in the words of whoever writes a receiver. */
interface Area {
  noun: string;
  plural: boolean;
  has(id: string): boolean;
}

const withFiles = new Set([
  ...fileMessageTypes.map((type) => `deliver/${type}`),
  'deliver/batch-mixed',
  'deliver/doc-example',
]);

const onward = new Set(['callback', 'employee', 'second-text', ...fileMessageTypes].map((what) => `effect/${what}`));

/** What Suvvy sends, by what a receiver has to do about it. */
const sent: readonly Area[] = [
  { noun: 'texts', plural: true, has: (id) => id.startsWith('deliver/') && !hasFile(id) },
  { noun: 'everything with a file', plural: false, has: hasFile },
  { noun: 'test_request', plural: false, has: (id) => id === 'event/test-request' },
  {
    noun: 'what the page announces for later',
    plural: false,
    has: (id) => id.startsWith('event/') && id !== 'event/test-request',
  },
];

const areas: readonly Area[] = [...sent, { noun: 'passing messages on', plural: false, has: (id) => onward.has(id) }];

function hasFile(id: string): boolean {
  return withFiles.has(id) || id.startsWith('deliver/file-');
}

/** What became of an area: its judged cases, and those of them that failed. */
export interface AreaState {
  noun: string;
  plural: boolean;
  judged: number;
  failed: CaseResult[];
}

/** The areas that something is known of. */
export function areaStates(results: readonly CaseResult[], failed: readonly CaseResult[]): AreaState[] {
  return areas
    .map(({ noun, plural, has }) => ({
      noun,
      plural,
      judged: results.filter((result) => has(result.id) && (result.outcome === 'pass' || failed.includes(result)))
        .length,
      failed: failed.filter(({ id }) => has(id)),
    }))
    .filter(({ judged }) => judged > 0);
}

/** Whether a case asks for no more than that what Suvvy sends is taken. */
export function isSentBySuvvy({ id }: CaseResult): boolean {
  return sent.some(({ has }) => has(id));
}
