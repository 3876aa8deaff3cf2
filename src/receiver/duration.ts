const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait that a timer of Node can make, in milliseconds: past it they fire at once. */
export const maxDurationMs = 2 ** 31 - 1;

/** `20s`, `500ms`, `1.5s`, `2m` in milliseconds; null for what is not a duration. It may be past `maxDurationMs`. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * unitMs[unit as keyof typeof unitMs];
}
