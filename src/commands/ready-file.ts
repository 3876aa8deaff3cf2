import { lstat, readFile, unlink } from 'node:fs/promises';
import { writeWhole } from './write-whole.ts';

/** The file of `--ready-file`. It exists as long as events can be sent. Links, pipes and devices are never removed. */
export interface ReadyFile {
  /**
   * Writes the file in one step.
   *
   * @throws HookError (exit 3)
   */
  write(text: string): Promise<void>;
  /** Removes the file, unless another process has written a new one. */
  remove(): Promise<void>;
}

/** First removes the file of an earlier run: a script that waits for it would take it for the file of this run. */
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

/** A file that cannot be removed cannot be replaced either. Writing it reports that. */
async function removeFile(path: string): Promise<void> {
  if (await isFile(path)) await unlink(path).catch(() => {});
}
