/**
 * Trouble that costs senders their answers.
 *
 * `crowded`: more than 128 MiB of bodies were in flight at once, and the largest were answered 503.
 *
 * `descriptors`: so many connections were open that almost no file descriptors were left. Idle connections are closed,
 * the longest idle first; if there are none, new connections are reset.
 *
 * `tls`, `http2`: a client uses this protocol instead of HTTP/1.1.
 */
export type ReceiverNotice =
  | { kind: 'crowded' }
  | { kind: 'descriptors'; connections: number }
  | { kind: 'tls' }
  | { kind: 'http2' };

/** The protocol of a client that does not speak HTTP/1.1; null if it cannot be recognised. */
export function protocolOf({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): ReceiverNotice | null {
  if (code === 'HPE_PAUSED_H2_UPGRADE') return { kind: 'http2' };
  // The type of a handshake record, and the version number that every TLS version has there.
  return rawPacket?.[0] === 0x16 && rawPacket[1] === 0x03 ? { kind: 'tls' } : null;
}

/** Passes on each kind only once: where there is one of a kind, there are thousands. */
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
