import { X509Certificate } from 'node:crypto';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readInput } from './input.ts';

/**
 * The certificates of `--cacert`, in PEM. OpenSSL takes whatever is no certificate for an empty list, without a word.
 *
 * @throws HookError: exit 2 for a file with no certificate in it, or a broken one; exit 3 for one that cannot be read
 */
export async function readCacert(path: string, host: Host): Promise<string> {
  const text = (await readInput(path, host)).toString('utf8');
  const blocks = text.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END \1?CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return text;
  throw new HookError(`--cacert ${path} is not a certificate, or one in it is broken`, {
    hint: 'it is a PEM file: -----BEGIN CERTIFICATE-----, base64, -----END CERTIFICATE-----',
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
