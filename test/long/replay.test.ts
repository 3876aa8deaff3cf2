import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspect } from '../../src/receiver/inspect.ts';
import { run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';

test('replay as a load goes through more events than fit on a stack, and shows each delivery', async () => {
  const { url } = await target();
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  const entry = entryOf(inspect(captureOf('{"event_type":"test_request"}')), { status: 200 }, null);
  writeFileSync(path, `${JSON.stringify(entry)}\n`.repeat(150_000));
  const flags = ['--concurrency', '2', '--duration', '100ms', '--verbose', '--url', url];
  const { code, out } = await run(['replay', path, ...flags]);
  expect(code).toBe(0);
  expect(out).toMatch(/200 OK.*delivered/);
});
