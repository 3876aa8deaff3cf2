/**
 * Trouble that costs senders their answers.
 *
 * `crowded`: more than 128 MiB of bodies were under way at once, and the largest were answered 503.
 */
export type ReceiverNotice = 'crowded';

/** Passes on each kind once: where there is one of it, there are thousands. */
export function createNotices(
  onNotice: ((notice: ReceiverNotice) => void) | undefined,
): (kind: ReceiverNotice) => void {
  const told = new Set<ReceiverNotice>();
  return (notice) => {
    if (told.has(notice)) return;
    told.add(notice);
    onNotice?.(notice);
  };
}
