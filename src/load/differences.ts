/**
 * Where load mode concludes otherwise than a single delivery: its client takes no such answers. Every other answer gets the
 * same verdict from both.
 */
export const loadDifferences = {
  'unasked-100':
    'a 100 Continue that nobody asked for, before the answer: `protocol`; alone, the answer after it counts',
  'switching-protocols': 'a 101: `protocol`; alone, `status`',
  'status-under-100': 'a status of 000 to 099: `protocol`; alone, `status`',
  'endless-reason-phrase': 'a reason phrase without end: `timeout`; alone, `protocol`',
  'endless-chunk-extension':
    'a chunk extension without end: the warning `body_timeout`; alone, the warning `body_truncated`',
  'excess-bytes': 'bytes after the announced end of the body: nothing; alone, the warning `body_truncated`',
} as const;
