import { onTestFinished } from 'vitest';
import { startReceiver, type RunningReceiver, type StartReceiverOptions } from '../../src/index.ts';

/** A receiver of the library that is closed when the test ends, whatever became of its answers. */
export async function openReceiver(options: StartReceiverOptions = {}): Promise<RunningReceiver> {
  const running = await startReceiver(options);
  onTestFinished(() => running.close().catch(() => {}));
  return running;
}

export const testRequest = { event_type: 'test_request' };
