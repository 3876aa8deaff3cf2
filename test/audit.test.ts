import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from './helpers/package.ts';

const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the audit with an `npm` that prints this. */
function audit(printed: string): Promise<{ code: number; stdout: string; stderr: string }> {
  writeFileSync(join(folder, 'answer'), printed);
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat '${join(folder, 'answer')}'\nexit 1\n`);
  chmodSync(join(folder, 'npm'), 0o755);
  const options = { cwd: root, env: { PATH: `${folder}:/usr/bin:/bin` } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/audit.js'], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** What `npm audit --json` says of one package. */
const of = (name: string, node: string, ...via: unknown[]): object => ({
  [name]: { name, severity: 'high', isDirect: true, via, effects: [], range: '*', nodes: [node], fixAvailable: true },
});
const report = (...found: object[]): string =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: Object.assign({}, ...found), metadata: {} });
const hole = { source: 1, name: 'undici', title: 'a hole', url: 'https://example.org', severity: 'high', range: '*' };

describe('the audit', () => {
  test('fails for a package that is in the bundle, and says which and why', async () => {
    const { code, stdout } = await audit(report(of('undici', 'node_modules/undici', hole)));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^IN THE BUNDLE, undici \d+\.\d+\.\d+: undici \(high\): a hole$/m);
  });

  test('names a tool, and another copy of what is in the bundle, without failing', async () => {
    const copy = of('undici', 'node_modules/some-tool/node_modules/undici', hole);
    const { code, stdout } = await audit(report(copy, of('knip', 'node_modules/knip', 'undici')));
    expect(code).toBe(0);
    expect(stdout).toContain('a tool: undici (high): a hole\na tool: knip (high): through undici\n');
    expect(stdout).toMatch(/packages in the bundle, 0 of them affected\n$/);
  });

  test.each(['', 'npm error audit endpoint returned an error', '{"error":{"summary":"no"}}'])(
    'does not take for sound what npm did not look at: %j',
    async (printed) => {
      const { code, stderr } = await audit(printed);
      expect(code).toBe(3);
      expect(stderr).toContain(`npm audit gave no answer:\n${printed}`);
    },
  );
});
