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

/** A secret as it is, and as JSON and a URL would write it. */
export function spellingsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  // Half a character has no encoding, and would throw.
  const whole = Buffer.from(secret).toString();
  return [...new Set([secret, inJson, encodeURIComponent(whole), encodeURI(whole)])];
}

/** The same for a text or two. */
export function redactSecret(text: string, secret: string | null | undefined): string {
  return secret ? createRedactor(secret)(text) : text;
}
