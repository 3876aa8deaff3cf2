import { attachmentMimeTypes, maxAttachmentBytes, type AttachmentType } from '../../contract/api/fields.ts';
import { detectMediaType } from '../../fixtures/media-type.ts';
import { formatBytes } from '../../text/units.ts';

/** A file that a customer sent, looked at. Its bytes are not kept. */
export interface Attachment {
  fileName: string;
  fileType: AttachmentType;
  /** How many, with the base64 undone. */
  bytes: number;
  /** Told by the bytes (`mime-from-bytes`). */
  mimeType: string;
}

const sample = 4096;

/** What is wrong with a text that has to be base64, in words; null if it is right. Strict: no blanks, no URL alphabet, whole. */
export function base64Problem(data: string): string | null {
  const [odd] = /[^A-Za-z0-9+/=]/.exec(data) ?? [];
  if (data.startsWith('data:')) return 'is a data: URL; base64 alone is wanted';
  if (odd !== undefined && /[-_]/.test(odd)) return 'is base64 in the alphabet of URLs; the standard one is wanted';
  if (odd !== undefined && /\s/.test(odd)) return 'is base64 with blanks or line breaks in it';
  if (odd !== undefined) return 'is not base64';
  const padding = /=*$/.exec(data.slice(-4))![0].length;
  if (data.indexOf('=') !== -1 && data.indexOf('=') < data.length - padding) return 'is not base64';
  if (padding > 2) return 'is not base64';
  if (data.length % 4 !== 0) return 'is base64 that was cut: its length is no multiple of 4';
  if (data.length === 0) return 'is empty';
  return null;
}

/** How many bytes are in sound base64. */
export function base64Bytes(data: string): number {
  return (data.length / 4) * 3 - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0);
}

/** Too large an attachment, in words (`oversize-is-422`); null if it fits. */
export function sizeProblem(bytes: number): string | null {
  return bytes > maxAttachmentBytes
    ? `is ${formatBytes(bytes)}, and 15 MB is the most (assumed: oversize-is-422)`
    : null;
}

/** The media type of what is in sound base64, told by its first bytes. */
export function mimeTypeOf(data: string, fileName: string, fileType: AttachmentType): string {
  const head = Buffer.from(data.slice(0, sample), 'base64');
  const found = detectMediaType(head, fileName.slice(-200));
  // An MP4 with nothing but sound in it cannot be told from a film by its first bytes.
  return fileType === 'audio' && found === 'video/mp4' ? 'audio/mp4' : found;
}

export function isAllowed({ fileType, mimeType }: Pick<Attachment, 'fileType' | 'mimeType'>): boolean {
  return attachmentMimeTypes[fileType].includes(mimeType);
}
