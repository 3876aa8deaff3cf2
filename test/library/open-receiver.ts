import { onTestFinished } from 'vitest';
import {
  startReceiver,
  startSuvvy,
  type RunningReceiver,
  type RunningSuvvy,
  type StartReceiverOptions,
  type StartSuvvyOptions,
} from '../../src/index.ts';
import { apiPath } from '../../src/contract/api/fields.ts';
import { posted } from '../platform/customer-message.ts';

/** A receiver of the library that is closed when the test ends, whatever became of its answers. */
export async function openReceiver(options: StartReceiverOptions = {}): Promise<RunningReceiver> {
  const running = await startReceiver(options);
  onTestFinished(() => running.close().catch(() => {}));
  return running;
}

/** Suvvy of the library, closed when the test ends. */
export async function openSuvvy(options: StartSuvvyOptions): Promise<RunningSuvvy> {
  const running = await startSuvvy(options);
  onTestFinished(() => running.close().catch(() => {}));
  return running;
}

let nextId = 0;

/** Posts a customer's message as an app does; a message has an id of its own. Gives the status. */
export async function write(
  suvvy: Pick<RunningSuvvy, 'url' | 'token'>,
  changes: Record<string, unknown> = {},
  token = suvvy.token,
): Promise<number> {
  const { status } = await fetch(suvvy.url + apiPath, {
    method: 'POST',
    body: JSON.stringify(posted({ message_id: `n-${(nextId += 1)}`, ...changes })),
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
  });
  return status;
}

export const testRequest = { event_type: 'test_request' };
