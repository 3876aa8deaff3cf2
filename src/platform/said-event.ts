import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isObject } from '../contract/field-path.ts';
import type { Draft } from '../fixtures/compose.ts';
import { createBoundedMap } from './findings/bounded-map.ts';
import type { SaidEvent, SaidFile } from './findings/said.ts';

/** What a draft says, for whoever looks whether it comes back. */
export type SaidContent = Pick<SaidEvent, 'sender' | 'texts' | 'files'>;

/** Reads drafts. The digest of a file is made once: the same photo may go out a thousand times. */
export function createSaidReader(): (draft: Draft) => Promise<SaidContent> {
  const digests = createBoundedMap<string, Promise<string | null>>(1000);
  return async (draft) => {
    const messages = messagesOf(draft);
    const files = draft.files.map(async ({ name, path, sizeBytes }): Promise<SaidFile> => {
      const key = `${sizeBytes} ${path}`;
      const digest = digests.get(key) ?? digestOf(path);
      digests.set(key, digest);
      return { name, sizeBytes, sha256: await digest };
    });
    return {
      sender: messages[0]?.['message_sender'] === 'employee' ? 'employee' : 'ai',
      texts: messages.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])),
      files: await Promise.all(files),
    };
  };
}

function messagesOf(draft: Draft): Record<string, unknown>[] {
  try {
    const event: unknown = JSON.parse(draft.body().toString('utf8'));
    const messages = isObject(event) ? event['new_messages'] : null;
    return Array.isArray(messages) ? messages.filter(isObject) : [];
  } catch {
    // A fixture of the user's need not be JSON.
    return [];
  }
}

async function digestOf(path: string): Promise<string | null> {
  const digest = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) digest.update(chunk);
    return digest.digest('base64');
  } catch {
    return null;
  }
}
