import { X509Certificate } from 'node:crypto';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readInput } from './input.ts';

/**
 * The certificates of `--cacert`, in PEM. OpenSSL silently reads a file without certificates as an empty list.
 *
 * @throws HookError: exit 2 for a file without a certificate or with a broken one; exit 3 for a file that cannot be
 *   read
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
