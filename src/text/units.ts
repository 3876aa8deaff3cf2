const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait of a Node timer, in milliseconds. A timer with a longer wait fires at once. */
export const maxDurationMs = 2 ** 31 - 1;

/**
 * `20s`, `500ms`, `1.5s`, `2m` in milliseconds; null if it is not a duration. It may be longer than `maxDurationMs`.
 */
export function durationMs(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/** `812 B`, `10.0 KB`, `2.6 MB` (1 KB is 1024 B). */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`;
}

/** `34 ms`, `1.50 s`, `20.0 s`. Rounded up, so that a time over a limit never reads as the limit itself. */
export function formatMs(ms: number): string {
  // Sums of times end in digits that nobody measured.
  const measured = Math.round(ms * 1000) / 1000;
  const whole = Math.ceil(measured);
  if (whole < 1000) return `${whole} ms`;
  const hundredths = Math.ceil(measured / 10);
  return hundredths < 1000 ? `${(hundredths / 100).toFixed(2)} s` : `${(Math.ceil(measured / 100) / 10).toFixed(1)} s`;
}

/** `12,345.6`. Our own code, because the first number that Node groups takes 30 ms. */
export function grouped(amount: number): string {
  const [whole = '', ...fraction] = String(amount).split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** `1 event`, `2 events`. */
export function count(amount: number, noun: string): string {
  return `${grouped(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
