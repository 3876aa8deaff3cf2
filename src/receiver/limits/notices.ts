/**
 * Trouble that costs senders their answers.
 *
 * `crowded`: more than 128 MiB of bodies were under way at once, and the largest were answered 503.
 *
 * `descriptors`: with so many connections open, hardly any file descriptors were left. Those without a request are
 * closed, the longest idle first; where there are none, new connections are reset.
 *
 * `tls`, `http2`: a client speaks that, and not HTTP/1.1.
 */
export type ReceiverNotice =
  | { kind: 'crowded' }
  | { kind: 'descriptors'; connections: number }
  | { kind: 'tls' }
  | { kind: 'http2' };

/** What a client speaks that does not speak HTTP/1.1; null where nothing tells. */
export function protocolOf({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): ReceiverNotice | null {
  if (code === 'HPE_PAUSED_H2_UPGRADE') return { kind: 'http2' };
  // The record of a handshake, and the version that all of TLS says there.
  return rawPacket?.[0] === 0x16 && rawPacket[1] === 0x03 ? { kind: 'tls' } : null;
}

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
