import { fingerprint } from '../contract/bearer.ts';
import { redactSecret } from '../contract/redact.ts';
import { safeLine } from '../render/text.ts';

/** Where deliveries go, and with which secret. */
export function introduction(url: URL, secret: string | null): string {
  const auth = secret ? `with the secret sha256:${fingerprint(secret)}` : 'without a secret';
  return `POST ${safeLine(redactSecret(url.href, secret))} ${auth}`;
}
