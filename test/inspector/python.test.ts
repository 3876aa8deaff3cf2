import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin } from '../helpers/process.ts';

const hasPython = spawnSync('sh', ['-c', 'command -v python3']).status === 0;

/** What the page leaves to its reader. */
const deliver = `for _ in range(3):
    event = urllib.request.Request(ready["url"], b'{"event_type":"test_request"}', {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(event)
    except urllib.error.HTTPError:
        pass`;

describe.skipIf(!hasPython)('the control API from Python', () => {
  test('the test that docs/inspector.md shows runs as printed', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/inspector.md'), 'utf8');
    const [, script = ''] = /^```python\n(.*?)^```/ms.exec(page) ?? [];
    expect(script).toContain('\n# ...');
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(folder, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`, { mode: 0o755 });
    writeFileSync(join(folder, 'check.py'), script.replace(/^# \.\.\..*$/m, deliver));
    const env = { PATH: folder + delimiter + process.env['PATH'] };
    const child = spawn('python3', ['check.py'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, failure: /^\w*Error.*$/m.exec(said) }).toEqual({ code: 0, failure: null });
  });
});
