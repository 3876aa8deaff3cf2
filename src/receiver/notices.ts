/**
 * Trouble that costs senders their answers.
 *
 * `crowded`: more than 128 MiB of bodies were under way at once, and the largest were answered 503.
 *
 * `descriptors`: with so many connections open, hardly any file descriptors were left. Those without a request are
 * closed, the longest idle first; where there are none, new connections are reset.
 */
export type ReceiverNotice = { kind: 'crowded' } | { kind: 'descriptors'; connections: number };

/** Passes on each kind once: where there is one of it, there are thousands. */
export function createNotices(
  onNotice: ((notice: ReceiverNotice) => void) | undefined,
): (notice: ReceiverNotice) => void {
  const told = new Set<ReceiverNotice['kind']>();
  return (notice) => {
    if (told.has(notice.kind)) return;
    told.add(notice.kind);
    onNotice?.(notice);
  };
}
