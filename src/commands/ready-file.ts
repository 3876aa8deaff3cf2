import { lstat, readFile, unlink } from 'node:fs/promises';
import { writeWhole } from './write-whole.ts';

/** The file of `--ready-file`: there for as long as events can be sent. Links, pipes and devices are never removed. */
export interface ReadyFile {
  /**
   * Writes the file, whole.
   *
   * @throws HookError (exit 3)
   */
  write(text: string): Promise<void>;
  /** Removes what was written, unless somebody else has written it anew. */
  remove(): Promise<void>;
}

/** Removes the file of an earlier run: whoever waits for it would take it for that of this one. */
export async function createReadyFile(path: string | undefined): Promise<ReadyFile> {
  if (path === undefined) return { write: async () => {}, remove: async () => {} };
  await removeFile(path);
  let written: string | undefined;
  return {
    async write(text) {
      await writeWhole(path, text);
      written = text;
    },
    async remove() {
      if (written !== undefined && (await isFile(path)) && (await readFile(path, 'utf8').catch(() => '')) === written)
        await removeFile(path);
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** One that cannot be removed cannot be replaced either, and that is told when it is. */
async function removeFile(path: string): Promise<void> {
  if (await isFile(path)) await unlink(path).catch(() => {});
}
