import type { Words } from '../words/en.ts';

/** `14:02:11`, on the clock of whoever looks. */
export function formatTime(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}

/** `14:02:11.123, 25 Nov 2026`. */
export function formatMoment(iso: string, { code }: Words): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString(code === 'ru' ? 'ru-RU' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return `${formatTime(iso)}.${String(date.getMilliseconds()).padStart(3, '0')}, ${day}`;
}

/** `812 B`, `10.0 KB` (1 KB is 1024 B). */
export function formatBytes(bytes: number, { code }: Words): string {
  const units = code === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ'] : ['B', 'KB', 'MB', 'GB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`;
}

/** `34 ms`, `1.50 s`. */
export function formatMs(ms: number, { code }: Words): string {
  const [small, large] = code === 'ru' ? ['мс', 'с'] : ['ms', 's'];
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ${small}` : `${(ms / 1000).toFixed(2)} ${large}`;
}
