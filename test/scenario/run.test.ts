import { dirname, resolve } from 'node:path';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bundledFolder } from '../../src/fixtures/list.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { valuesOf } from '../../src/scenario/messenger.ts';
import { createRoom } from '../../src/scenario/room.ts';
import { runScenario, type ScenarioResult } from '../../src/scenario/run.ts';
import { fileWith, openBridge, type Bridge, type Fault } from './bridge.ts';

const clock = { now: () => performance.now(), date: () => new Date() };

/** Runs steps against a bridge. */
async function runSteps(steps: string | ((bridge: Bridge) => string), fault: Fault = null): Promise<ScenarioResult> {
  const bridge = await openBridge(fault);
  const path = fileWith('');
  copyFileSync(join(bundledFolder, 'assets', 'photo.jpg'), join(dirname(path), 'photo.jpg'));
  const head = `name: x\nwebhook: ${bridge.origin}/suvvy\nmessenger: { port: ${bridge.messengerPort} }\nsteps:\n`;
  const text = head + (typeof steps === 'string' ? steps : steps(bridge));
  const scenario = await loadScenario(Buffer.from(text), path, { cwd: resolve('.'), webhook: null });
  const room = createRoom({ webhook: scenario.webhook, secret: null, token: null, cwd: scenario.folder, clock });
  onTestFinished(() => room.close(0));
  await room.listen({ port: bridge.apiPort, host: '127.0.0.1' });
  await room.openMessenger(bridge.messengerPort);
  return runScenario(scenario, { room, secret: null, signal: new AbortController().signal });
}

function outcomes({ steps }: ScenarioResult): (string | null)[] {
  return steps.map(({ outcome }) => outcome?.outcome ?? null);
}

const hello = '  - { post: /messenger, json: { chat: "42", text: hello } }\n';

describe('the steps of a scenario', () => {
  test('an expectation is given one arrival, and the next one the next', async () => {
    const result = await runSteps(
      `${hello}${hello}  - { expect: customer, text: hello }\n  - { expect: customer, text: hello }\n  - { expect: customer, within: 20ms }\n`,
    );
    expect(outcomes(result)).toEqual(['pass', 'pass', 'pass', 'pass', 'fail']);
    expect(result.steps.at(-1)!.outcome!.actual).toBe("nothing came to Suvvy's API within 20 ms");
  });

  test('a step that waits in vain says what came instead', async () => {
    const result = await runSteps(`${hello}  - { expect: customer, text: bye, within: 40ms }\n`);
    expect(result.steps[1]!.outcome!.actual).toContain('what came instead: chat 42: "hello"');
  });

  test('the bot speaks in the chat of the last customer that was expected, or in the one that is named', async () => {
    const other = '  - { post: /messenger, json: { chat: "43", text: other } }\n';
    const result = await runSteps(
      `${hello}${other}  - { expect: customer, chat_id: "43" }\n  - { expect: customer, chat_id: "42" }\n` +
        '  - bot: to 42\n  - { expect: messenger, chat_id: "42", text: to 42 }\n' +
        '  - { bot: to 7, chat_id: "7" }\n  - { expect: messenger, chat_id: "7", text: to 7 }\n',
    );
    expect(outcomes(result)).toEqual(Array(8).fill('pass'));
  });

  test('the bot cannot speak before there is a chat, and the step says what to do', async () => {
    const result = await runSteps('  - bot: Hi\n');
    expect(result.steps[0]!.outcome).toMatchObject({ outcome: 'fail', fix: expect.stringContaining('chat_id') });
  });

  test('a file is served, and fetched: waits for its download', async () => {
    const steps = '  - { bot: { image: photo.jpg }, chat_id: "42", fetched: FOR }\n';
    expect(outcomes(await runSteps(steps.replace('FOR', '3s')))).toEqual(['pass']);
    const result = await runSteps(steps.replace('FOR', '40ms'), 'never-downloads');
    expect(result.steps[0]!.outcome!.actual).toContain('not fetched within 0.04 s');
  });

  test('delivered: false wants the webhook to refuse, and fails where it does not', async () => {
    const steps = '  - { employee: Hi, chat_id: "42", delivered: false }\n';
    expect(outcomes(await runSteps(steps, 'refuses'))).toEqual(['pass']);
    expect(outcomes(await runSteps(steps))).toEqual(['fail']);
  });

  test('expect: nothing counts what has come before and was not expected, of either side', async () => {
    const nothing = (more: string): string => `${hello}  - { expect: nothing, for: 30ms${more} }\n`;
    const result = await runSteps(nothing(''));
    expect(result.steps[1]!.outcome!.actual).toBe('Suvvy got chat 42: "hello"');
    expect(outcomes(await runSteps(nothing(', from: messenger')))).toEqual(['pass', 'pass']);
    expect(outcomes(await runSteps(nothing(', text: bye')))).toEqual(['pass', 'pass']);
  });

  test('an app that answers a post with an error fails the step', async () => {
    const result = await runSteps('  - { post: /suvvy, json: {} }\n', 'refuses');
    expect(result.steps[0]!.outcome).toMatchObject({
      outcome: 'fail',
      actual: 'the app answered 500 Internal Server Error',
    });
  });

  test('a post may carry a file from beside the scenario, and go to another host', async () => {
    const result = await runSteps(({ origin }) => `  - { post: ${origin}/other, file: photo.jpg }\n`);
    const { payload } = result.steps[0]!.outcome!.delivery!;
    expect(payload.headers).toContainEqual(['Content-Type', 'image/jpeg']);
    expect(payload.body.byteLength).toBeGreaterThan(1000);
  });

  test('what goes there and back costs less than 20 ms a step beyond its waiting', async () => {
    const round = `${hello}  - { expect: customer }\n  - bot: Hi\n  - { expect: messenger }\n`;
    const { steps } = await runSteps(round.repeat(10));
    const times = steps.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    expect(steps.every(({ outcome }) => outcome?.outcome === 'pass')).toBe(true);
    expect(times[times.length / 2]!).toBeLessThan(20);
  });
});

describe('what can be read in a request to the messenger', () => {
  test.each([
    [
      'the strings and numbers of its JSON',
      '/',
      '{"chat_id":42,"text":"\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442","more":[{"a":"b"}]}',
      ['42', 'Привет', 'b'],
    ],
    ['the values of a form', '/', 'chat_id=42&text=Hello+there%21', ['42', 'Hello there!']],
    ['the values of its address', '/send?chat_id=42&text=a%20b', '', ['42', 'a b']],
    ['nothing, where there is nothing', '//', 'plain words', []],
  ])('%s', (_name, target, body, values) => {
    expect(valuesOf(target, body)).toEqual(values);
  });

  test('is bounded, however deep or long the JSON is', () => {
    expect(valuesOf('/', '['.repeat(5000) + ']'.repeat(5000))).toEqual([]);
    expect(valuesOf('/', JSON.stringify(Array(5000).fill('x')))).toHaveLength(500);
  });
});
