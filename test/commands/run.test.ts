import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { closedPort, target } from '../helpers/target.ts';
import { fileWith, openBridge, roundTrip, type Fault } from '../scenario/bridge.ts';

/** Runs the round trip against a bridge. */
async function roundTripWith(fault: Fault, flags: string[] = []) {
  const bridge = await openBridge(fault);
  const path = fileWith(roundTrip(bridge, fault === null ? '3s' : '60ms'));
  const ended = await run(['run', 'case.yaml', '--port', String(bridge.apiPort), ...flags], { cwd: dirname(path) });
  return { ...ended, bridge, folder: dirname(path) };
}

describe('suvvy-hook run', () => {
  test('passes with a bridge that takes messages both ways', async () => {
    const { code, out } = await roundTripWith(null);
    expect(out).toContain('"the reply reaches the client" passes');
    expect(out).toContain('case.yaml:5 post to /messenger');
    expect(code).toBe(0);
  });

  test('fails where a reply is taken with a 200 and dropped, and names the line of the step', async () => {
    const { code, out } = await roundTripWith('drops');
    expect(code).toBe(1);
    expect(out).toContain('case.yaml:13 expect messenger');
    expect(out).toContain('nothing came to the messenger within 60 ms');
    expect(out).toContain('Every step: -v');
  });

  test('fails where the bot talks to itself, and says what came', async () => {
    const { code, out } = await roundTripWith('self-talk');
    expect(code).toBe(1);
    expect(out).toMatch(/Suvvy got chat 42: "Here you are"|loop\/self-talk/);
    expect(out).toContain('the-reply-reaches-the-client/findings');
  });

  test('fails where the webhook refuses the reply, with its answer', async () => {
    const { code, out } = await roundTripWith('refuses');
    expect(code).toBe(1);
    expect(out).toContain('undelivered: status 500');
  });

  test('fails where the API refuses the message, and says why', async () => {
    const { code, out } = await roundTripWith('chat-less');
    expect(code).toBe(1);
    expect(out).toContain('answered 422: chat_id');
  });

  test('every report format tells of the failed step, with its line', async () => {
    const formats = ['json', 'junit', 'markdown', 'html', 'github', 'ndjson'];
    const flags = formats.slice(0, 5).flatMap((format) => ['--report', `${format}=report.${format}`]);
    const { out, folder, code } = await roundTripWith('drops', [...flags, '--json']);
    expect(code).toBe(1);
    for (const format of formats) {
      const text = format === 'ndjson' ? out : readFileSync(join(folder, `report.${format}`), 'utf8');
      expect(text).toContain('case.yaml:13');
      expect(text).not.toContain('suvvy-hook check');
    }
    const junit = readFileSync(join(folder, 'report.junit'), 'utf8');
    expect(junit).toContain('<testsuite name="suvvy-hook run" tests="6" failures="1" errors="0" skipped="1"');
    expect(junit).toContain(
      'classname="suvvy-hook.the-reply-reaches-the-client" name="the-reply-reaches-the-client/4-expect-messenger"',
    );
  });

  test('a step is told to take as long as it waited', async () => {
    const { out } = await roundTripWith('drops', ['--json']);
    const step = ndjson(out).find(({ id }) => String(id).endsWith('expect-messenger'))!;
    expect(step['tookMs']).toBeGreaterThanOrEqual(60);
  });

  test('neither the secret nor the token is in a report', async () => {
    const { out, err, folder } = await roundTripWith(null, [
      '--report=json=report.json',
      '--secret=very-secret-word',
      '--token=the-token',
      '-v',
    ]);
    const all = out + err + readFileSync(join(folder, 'report.json'), 'utf8');
    expect(all).toContain('"secretConfigured": true');
    expect(all).not.toContain('very-secret-word');
    expect(all).not.toContain('Bearer the-token');
  });

  test('--only runs the scenario of this name, and a wrong name is exit 2 with the nearest', async () => {
    const bridge = await openBridge();
    const cwd = dirname(fileWith(roundTrip(bridge)));
    const only = ['run', 'case.yaml', '--port', String(bridge.apiPort), '--only'];
    expect((await run([...only, 'the reply reaches the client'], { cwd })).code).toBe(0);
    const { code, err } = await run([...only, 'the reply reaches a client'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('did you mean "the reply reaches the client"?');
  });

  test('scenarios of several files run one after the other on one port, each on its own; --bail ends after the first that fails', async () => {
    const bridge = await openBridge('drops');
    const first = fileWith(roundTrip(bridge, '40ms'));
    const second = fileWith(roundTrip(bridge, '40ms').replace('client', 'agent'));
    const both = ['run', first, second, '--json', '--port', String(bridge.apiPort)];
    const outcomes = (out: string): string[] =>
      ndjson(out).flatMap(({ id, outcome }) => (String(id).endsWith('/4-expect-messenger') ? [outcome] : []));
    expect(outcomes((await run(both)).out)).toEqual(['fail', 'fail']);
    expect(outcomes((await run([...both, '--bail'])).out)).toEqual(['fail', 'skip']);
  });

  test('two scenarios of one name are exit 2', async () => {
    const bridge = await openBridge();
    const { code, err } = await run(['run', fileWith(roundTrip(bridge)), fileWith(roundTrip(bridge))]);
    expect(code).toBe(2);
    expect(err).toContain('have the same name');
  });
});

/** Whether somebody answers on a port. */
function isThere(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

describe('an app of run --start', () => {
  const app = `
    const { createServer } = require('node:http');
    const { SUVVY_API_URL, SUVVY_API_TOKEN, SUVVY_WEBHOOK_SECRET } = process.env;
    createServer((request, response) => {
      if (request.url === '/fall') return process.stderr.write('I fall', () => process.exit(3));
      let body = '';
      request.on('data', (chunk) => (body += chunk)).on('end', () => {
        const isSuvvy = request.headers.authorization === 'Bearer ' + SUVVY_WEBHOOK_SECRET;
        response.writeHead(request.method === 'HEAD' || request.url === '/in' || isSuvvy ? 200 : 401).end();
        if (request.url !== '/in') return;
        const message = { api_version: 1, message_id: 'a-1', chat_id: '7', message_sender: 'customer', source: 'X', text: body };
        const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer ' + SUVVY_API_TOKEN };
        fetch(SUVVY_API_URL + '/api/webhook/custom/message', { method: 'POST', headers, body: JSON.stringify(message) });
      });
    }).listen(Number(process.argv[2]), '127.0.0.1');`;

  async function started(steps: string, port?: number) {
    const path = fileWith(app, 'app.cjs');
    const appPort = port ?? (await closedPort());
    const scenario = fileWith(`name: started\nwebhook: http://127.0.0.1:${appPort}/suvvy\nsteps:\n${steps}`);
    const argv = ['run', scenario, '--port', '0', '--start', `node ${path} ${appPort}`];
    return { appPort, argv: [...argv, '--secret', 'of-the-webhook', '--token', 'of-the-api'] };
  }

  test('finds the API, the token and the secret in its environment, and is gone at the end', async () => {
    const { argv, appPort } = await started(
      '  - { post: /in, body: hello }\n  - { expect: customer, text: hello }\n  - bot: Good day\n',
    );
    const { code, out } = await run(argv);
    expect(out).toContain('passes');
    expect(code).toBe(0);
    expect(await isThere(appPort)).toBe(false);
  });

  test('that ends in the middle fails the step, and its last words are shown', async () => {
    const { argv } = await started('  - { post: /fall, body: x }\n  - { expect: customer }\n');
    const { code, out, err } = await run(argv);
    expect(code).toBe(1);
    expect(out).toContain('"started" fails');
    expect(err).toContain('I fall');
  });

  test('is gone after Ctrl-C in the middle, with its children', async () => {
    const { argv, appPort } = await started(
      '  - { post: /in, body: hello }\n  - { expect: customer, text: bye, within: 1h }\n',
    );
    const host = fakeHost();
    const ended = main(argv, host);
    while (!(await isThere(appPort))) continue;
    host.interrupt();
    expect(await ended).toBe(130);
    expect(await isThere(appPort)).toBe(false);
  });

  test('that never comes up is exit 3 with one line, and its report says so', async () => {
    const port = await closedPort();
    const folder = dirname(fileWith(`name: late\nwebhook: http://127.0.0.1:${port}/\nsteps: [{expect: customer}]`));
    const late = ['run', 'case.yaml', '--port', '0', '--wait', '60ms', '--report', 'junit=report.xml'];
    for (const flags of [[], ['--start', 'sleep 5']]) {
      const { code, err } = await run([...late, ...flags], { cwd: folder });
      expect(code).toBe(3);
      expect(err).toContain(`nothing answered at 127.0.0.1:${port} within 0.06 s`);
      expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toContain('skipped="1"');
    }
  });

  test('is not started where something answers already', async () => {
    const { port } = await target();
    const { argv } = await started('  - { expect: customer }\n', port);
    const { code, err } = await run(argv);
    expect(code).toBe(3);
    expect(err).toContain('answers at');
  });
});

describe('what keeps run from running', () => {
  const steps = 'steps: [{expect: nothing, for: 10ms}]';

  test.each([
    [
      'a mistyped key',
      'name: x\nsteps:\n  - expct: customer\n',
      '3:5: steps[0].expct is not known here',
      'did you mean "expect"?',
    ],
    [
      'a duration without a unit',
      'name: x\nsteps:\n  - expect: customer\n    within: 5\n',
      '4:5: steps[0].within must be a duration',
      'did you mean 5s?',
    ],
    ['what is no YAML', 'name: "x\n', 'case.yaml:', ''],
    ['an empty file', '', 'case.yaml is empty', ''],
    ['an alias', 'name: &a x\nsteps: [*a, *a]\n', 'an alias (*name) is not taken here', ''],
    ['no webhook', `name: x\n${steps}`, 'case.yaml names no webhook', '--url'],
    ['a file that is too long', `name: x\n${'#'.repeat(1024 * 1024)}`, 'larger than 1 MB', ''],
  ])('%s is exit 2, with its place', async (_name, text, words, hint) => {
    const { code, err } = await run(['run', 'case.yaml'], { cwd: dirname(fileWith(text)) });
    expect(err).toContain(words);
    expect(err).toContain(hint);
    expect(code).toBe(2);
  });

  test('an alias bomb ends at once', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, at) => `l${at}: &l${at} [${'*l' + Math.max(0, at - 1)}, *l${Math.max(0, at - 1)}]`,
    );
    const { code } = await run(['run', 'case.yaml'], {
      cwd: dirname(fileWith(`l: &l0 [x]\n${levels.slice(1).join('\n')}`)),
    });
    expect(code).toBe(2);
  });

  test('a file that is not there, and a folder, are exit 3', async () => {
    const cwd = dirname(fileWith(`name: x\n${steps}`));
    const missing = await run(['run', 'cas.yaml'], { cwd });
    expect(missing.err).toContain('did you mean case.yaml?');
    expect(missing.code).toBe(3);
    expect((await run(['run', '.'], { cwd })).code).toBe(3);
  });

  test('no file at all is exit 2', async () => {
    const { code, err } = await run(['run']);
    expect(err).toContain('there is no scenario to run');
    expect(code).toBe(2);
  });

  test('a port that is taken is exit 3: of the API, and of the messenger', async () => {
    const { port, url } = await target();
    const text = `name: x\nwebhook: ${url}\nmessenger: { port: ${port} }\n${steps}`;
    const api = await run(['run', fileWith(text), '--port', String(port)]);
    expect(api.err).toContain(`cannot listen on 127.0.0.1:${port}: the port is taken`);
    expect(api.code).toBe(3);
    const messenger = await run(['run', fileWith(text), '--port', '0']);
    expect(messenger.err).toContain(`the messenger cannot listen on 127.0.0.1:${port}: the port is taken`);
    expect(messenger.code).toBe(3);
  });

  test('an app that is not there is exit 3, and the step says where it was looked for', async () => {
    const port = await closedPort();
    const text = `name: x\nwebhook: http://127.0.0.1:${port}/\nsteps: [{post: /in, body: x}]`;
    const { code, out } = await run(['run', fileWith(text), '--port', '0']);
    expect(out).toContain(`is the app up at 127.0.0.1:${port}?`);
    expect(code).toBe(3);
  });

  test('Ctrl-C ends it at once with 130, and the ports are free again', async () => {
    const { url } = await target();
    const [apiPort, messengerPort] = [await closedPort(), await closedPort()];
    const text = `name: x\nwebhook: ${url}\nmessenger: { port: ${messengerPort} }\nsteps: [{expect: customer, within: 1h}]`;
    const host = fakeHost();
    const ended = main(['run', fileWith(text), '--port', String(apiPort)], host);
    while (!(await isThere(messengerPort))) continue;
    host.interrupt();
    expect(await ended).toBe(130);
    for (const port of [apiPort, messengerPort]) expect(await isThere(port)).toBe(false);
  });
});
