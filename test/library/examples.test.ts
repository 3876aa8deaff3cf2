import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
const examples = page.split(/^## /m).flatMap((section) => {
  const [, runner, code] = /^```js (node|vitest)\n(.*?)^```/ms.exec(section) ?? [];
  return runner && code ? [{ title: section.split('\n', 1)[0]!, runner, code }] : [];
});

describe('the examples of docs/library.md', () => {
  test('are all found', () => {
    expect(examples.length).toBe(page.match(/^```js /gm)?.length);
  });

  test.each(examples)('$title', async ({ runner, code }) => {
    // Inside the package, so that its own name leads to what was built.
    mkdirSync(join(root, '.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, '.cache/example-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'example.test.js');
    writeFileSync(file, code);
    writeFileSync(join(folder, 'vitest.config.js'), 'export default {};\n');
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder];
    const args = runner === 'vitest' ? vitest : [file];
    const result = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      );
    });
    expect(result.output).not.toMatch(/not ok|AssertionError/);
    expect(result).toMatchObject({ code: 0 });
  });
});
