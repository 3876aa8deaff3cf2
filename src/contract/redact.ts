/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Takes one secret out of many texts. */
export interface Redactor extends Redact {
  /** Whether there is anything to take out of these bytes: to look takes a hundredth of the time of decoding them. */
  finds(bytes: Buffer): boolean;
}

/** Takes every occurrence of a secret out of what will be shown or kept, also as JSON or a URL would write it. */
export function createRedactor(secret: string | null | undefined): Redactor {
  const spellings = secret ? spellingsOf(secret) : [];
  const needles = spellings.map((spelled) => Buffer.from(spelled));
  const redact = (text: string): string => {
    let rest = text;
    for (const spelled of spellings) if (rest.includes(spelled)) rest = rest.replaceAll(spelled, '***');
    return rest;
  };
  return Object.assign(redact, { finds: (bytes: Buffer) => needles.some((needle) => bytes.includes(needle)) });
}

function spellingsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  // A header could not carry it: no URL has to.
  if (/[^\x20-\x7e]/.test(secret)) return [...new Set([secret, inJson])];
  return [...new Set([secret, inJson, encodeURIComponent(secret), encodeURI(secret)])];
}

/** The same for a text or two. */
export function redactSecret(text: string, secret: string | null | undefined): string {
  return secret ? createRedactor(secret)(text) : text;
}
