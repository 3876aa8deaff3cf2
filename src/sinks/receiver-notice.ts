import type { ReceiverNotice } from '../receiver/limits/notices.ts';
import { count } from '../text/units.ts';

/** What a notice of a server of ours says to a person. */
export function receiverNoticeText(notice: ReceiverNotice): string {
  if (notice.kind !== 'descriptors') return texts[notice.kind];
  const open = count(notice.connections, 'connection');
  return `with ${open} open, hardly any file descriptors are left: connections without a request are closed, the longest idle first. Start it where "ulimit -n" is higher, or find out who keeps so many open`;
}

const texts = {
  crowded: 'more than 128 MB of bodies are under way at once: the largest are answered 503, events up to 64 KB as ever',
  tls: 'a client speaks TLS, and this is plain http: give it an http:// URL, or put what ends TLS in front',
  http2: 'a client speaks HTTP/2, and this is HTTP/1.1, as Suvvy speaks: its request was refused',
};
