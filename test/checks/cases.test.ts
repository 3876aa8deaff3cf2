import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { futureType } from '../../src/checks/cases/event.ts';
import { suite } from '../../src/checks/cases/index.ts';
import type { CheckOptions } from '../../src/checks/options.ts';
import { runChecks } from '../../src/checks/run.ts';
import { fileMessageTypes, messageTypeNames } from '../../src/contract/message-types.ts';
import { createCollector } from '../../src/platform/collector.ts';
import { caseIn, messagesOf, receiver, secret, sound, type Handler, type Request } from './receivers.ts';
import { cert, key } from './self-signed.ts';

interface Broken {
  handler: Handler;
  /** Default: fail. */
  outcome?: 'fail' | 'warn';
  options?: Partial<CheckOptions>;
  /** Cases whose requests the case looks at. */
  with?: string[];
}

/** Does as the sound one, but for what fits: that gets this status, or no answer at all. */
function except(fits: (request: Request) => boolean, status: number | 'hang' | 'reset' = 500): Handler {
  return (request) => {
    if (!fits(request)) return sound(request);
    if (status === 'reset') request.res.destroy();
    else if (status !== 'hang') request.res.writeHead(status).end('broken on purpose');
  };
}

const authorization = ({ req }: Request): string | undefined => req.headers.authorization;
const texts = (request: Request): string[] =>
  messagesOf(request).flatMap(({ text }) => (text === undefined ? [] : [text]));
const files = (request: Request): any[] => messagesOf(request).flatMap((one) => one.file ?? []);
const mimeTypes = (request: Request): string[] => files(request).map((file) => file.mime_type);
const knownFields = new Set(
  'event_type chat_id new_messages type message_sender text file name url size_bytes mime_type'.split(' '),
);

function hasUnknownField(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknownField);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => !knownFields.has(name) || hasUnknownField(inner));
}

/** Takes whoever the comparison lets in. */
function lettingIn(fits: (header: string) => boolean): Handler {
  return (request) => {
    if (!fits(authorization(request) ?? '')) return sound(request);
    request.req.headers.authorization = `Bearer ${secret}`;
    sound(request);
  };
}

function remembering(decide: (request: Request, seen: Request[]) => boolean, status = 500): Handler {
  const seen: Request[] = [];
  return (request) => {
    const isBroken = decide(request, seen);
    seen.push(request);
    if (isBroken) request.res.writeHead(status).end();
    else sound(request);
  };
}

/** Cannot do two things at once, and says so as soon as it has to. */
function oneAtATime(): Handler {
  const held: Request[] = [];
  return (request) => {
    if (caseIn(request) !== 'perf/parallel') return sound(request);
    held.push(request);
    if (held.length < 2) return;
    for (const { res } of held) if (!res.writableEnded) res.writeHead(503).end();
  };
}

const strict = { gate: 'strict' } as const;
const impatient = { timeoutMs: 150 };

/** For each message type with files, a receiver that does not know it. */
const ignorant = Object.fromEntries(
  fileMessageTypes.map((name): [string, Broken] => [
    `deliver/${name}`,
    { handler: except((one) => messagesOf(one).some(({ type }) => type === name), 422) },
  ]),
);

/** For each case that can fail a run, a receiver that is broken in just that way. */
const broken: Record<string, Broken> = {
  ...ignorant,
  'net/no-redirect': {
    handler: ({ res }) => void res.writeHead(301, { Location: '/webhook/' }).end(),
  },
  'deliver/text-ai': {
    handler: except((one) => texts(one).length === 1 && messagesOf(one)[0].message_sender === 'ai'),
  },
  'deliver/text-employee': {
    handler: except((one) => messagesOf(one).some((m) => m.message_sender === 'employee'), 422),
  },
  'deliver/doc-example': {
    handler: except((one) => messagesOf(one).length === 2 && messagesOf(one)[0].type === 'image'),
  },
  'deliver/two-texts': { handler: except((one) => texts(one).length > 1, 'hang'), options: impatient },
  'deliver/batch-100': { handler: except((one) => texts(one).length > 50, 413), options: strict },
  'deliver/text-unicode': { handler: except((one) => /[\u{10000}-\u{10ffff}]/u.test(texts(one).join())) },
  'deliver/text-json-escapes': { handler: except(({ text }) => text.includes('\\ud83'), 400) },
  'deliver/text-format': { handler: except((one) => texts(one).some((text) => text.includes('{{'))) },
  'deliver/text-long': { handler: except((one) => texts(one).some((text) => text.length > 4096)) },
  'deliver/repeat-identical': {
    handler: remembering(
      ({ text }, seen) => text.includes('repeat-identical') && seen.some((one) => one.text === text),
      409,
    ),
  },
  'deliver/image': { handler: except((one) => mimeTypes(one).includes('image/gif'), 415) },
  'deliver/audio': { handler: except((one) => mimeTypes(one).includes('audio/x-m4a'), 415) },
  'deliver/document': {
    handler: except(
      (one) => messagesOf(one).some(({ type, file }) => type === 'document' && file.mime_type === 'image/png'),
      415,
    ),
  },
  'deliver/file-size-range': { handler: except((one) => files(one).some((file) => !file.size_bytes), 422) },
  'deliver/file-name-unicode': { handler: except((one) => files(one).some(({ name }) => !name.includes('.'))) },
  'deliver/file-name-hostile': {
    handler: except((one) => files(one).some(({ name }) => name.includes('..'))),
    options: strict,
  },
  'deliver/batch-mixed': {
    handler: except((one) => new Set(messagesOf(one).map(({ type }) => type)).size === messageTypeNames.length),
  },
  'files/fetched': { handler: sound, options: { expectFetchMs: 30 } },
  'event/test-request': {
    handler: except(({ event }) => !event?.new_messages && event?.event_type !== 'dialogue_closed', 422),
  },
  'event/unknown': { handler: except(({ event }) => event?.event_type === 'dialogue_closed', 400) },
  'event/unknown-fields': { handler: except(({ event }) => hasUnknownField(event), 422) },
  'event/unknown-message-kind': {
    handler: except((one) => messagesOf(one).some(({ type }) => type === futureType)),
    options: strict,
  },
  'auth/valid': { handler: ({ res }) => void res.writeHead(401).end() },
  'auth/missing': { handler: lettingIn((header) => header === '') },
  'auth/wrong': { handler: lettingIn((header) => header !== '') },
  'auth/near-miss': { handler: lettingIn((header) => header.toLowerCase() === `bearer ${secret.toLowerCase()}`) },
  'auth/malformed': { handler: lettingIn((header) => header === 'Bearer') },
  'auth/secret-not-echoed': {
    handler: ({ req, res }) => void res.writeHead(200).end(JSON.stringify(req.headers)),
    with: ['deliver/text-employee'],
  },
  'robust/charset-param': {
    handler: except(({ req }) => req.headers['content-type']?.includes('charset') ?? false, 415),
  },
  'robust/not-json': { handler: except(({ event }) => event === undefined, 'reset'), options: strict },
  'robust/wrong-shape': { handler: except(({ event }) => event === null, 'reset'), options: strict },
  'robust/hostile-strings': { handler: except(({ text }) => text.includes('__proto__'), 'reset'), options: strict },
  'robust/recovery': {
    handler: remembering((_, seen) => seen.some(({ event }) => event === undefined)),
    with: ['robust/not-json'],
  },
  'perf/deadline': {
    handler: except((one) => caseIn(one) === 'deliver/text-employee', 'hang'),
    with: ['deliver/text-employee'],
    options: impatient,
  },
  'perf/response-complete': {
    handler: ({ res }) => void res.writeHead(200).write('and so on'),
    outcome: 'warn',
    options: impatient,
  },
  'perf/budget': { handler: sound, options: { maxLatencyMs: 0.001 } },
  'perf/parallel': { handler: oneAtATime() },
};

describe('a receiver that is broken in one way is caught by its case', () => {
  test.for(Object.entries(broken))(
    'the case %s catches its receiver',
    async ([id, { handler, outcome = 'fail', options, with: others = [] }]) => {
      const { url } = await receiver(handler);
      const report = await runChecks({ url, secret, only: [id, ...others], ...options });
      const result = report.cases.find((one) => one.id === id)!;
      expect(result).toMatchObject({ outcome, gating: outcome === 'fail' });
      expect(result.reason).not.toBeNull();
      expect(result.hint).toBeTruthy();
      expect(report.summary.exitCode).toBe(outcome === 'fail' ? 1 : 0);
    },
  );

  test('the case net/tls catches an invalid certificate', async () => {
    const server = createServer({ cert, key }, (_, res) => res.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcomeWith = async (options: Partial<CheckOptions>) =>
      (await runChecks({ url, only: ['net/tls'], ...options })).cases.map(({ id, outcome }) => `${id} ${outcome}`);
    expect(await outcomeWith({})).toEqual(['net/tls fail', 'deliver/text-ai fail']);
    expect(await outcomeWith({ ca: cert })).toEqual(['net/tls pass', 'deliver/text-ai pass']);
    expect(await outcomeWith({ insecure: true })).toEqual(['net/tls warn', 'deliver/text-ai pass']);
  });

  test('the case effect/callback catches a receiver that swallows messages', async () => {
    const collector = await createCollector();
    onTestFinished(collector.close);
    const check = async (handler: Handler, callbackTimeoutMs: number) => {
      const { url } = await receiver(handler);
      const report = await runChecks({ url, secret, only: ['effect/callback'], collector, callbackTimeoutMs });
      return report.cases.find(({ id }) => id === 'effect/callback')!.outcome;
    };
    expect(await check(sound, 50)).toBe('fail');
    const sendingOn: Handler = (request) => {
      for (const text of texts(request))
        void fetch(collector.url, { method: 'POST', body: new URLSearchParams({ text }) });
      sound(request);
    };
    expect(await check(sendingOn, 10_000)).toBe('pass');
  });

  test('every message type has a case', () => {
    const started = (type: string) => suite.some(({ id }) => `${id}-`.startsWith(`deliver/${type}-`));
    expect(messageTypeNames.filter((type) => !started(type))).toEqual([]);
  });

  test('every case that can fail a run has a receiver that it fails', () => {
    // Those of the far side: test/checks/effects.test.ts.
    const gating = suite.filter(({ id, level }) => level !== 'OBS' && !id.startsWith('effect/')).map(({ id }) => id);
    const proven = [...Object.keys(broken), 'net/tls'];
    expect(gating.filter((id) => !proven.includes(id))).toEqual([]);
    expect(proven.filter((id) => !suite.some((one) => one.id === id))).toEqual([]);
  });
});

describe('a correct receiver', () => {
  test.for(['smoke', 'default', 'full'] as const)('passes everything in profile %s', async (profile) => {
    const { url, requests } = await receiver();
    const report = await runChecks({ url, secret, profile, gate: 'strict' });
    const off = report.cases.filter(({ outcome }) => !['pass', 'info'].includes(outcome));
    expect(off).toEqual([]);
    expect(report).toMatchObject({ summary: { exitCode: 0 }, run: { aborted: null }, rootCauses: [] });
    expect(requests.length).toBeLessThan(120);
  });

  test('that downloads files after its answer passes', async () => {
    const { url } = await receiver((request) => {
      sound(request);
      for (const file of files(request))
        if (file.url.startsWith('http:')) void fetch(file.url).then((res) => res.arrayBuffer());
    });
    const report = await runChecks({ url, secret, expectFetchMs: 5000 });
    expect(report.summary).toMatchObject({ fail: 0, warn: 0, exitCode: 0 });
    expect(report.cases.find(({ id }) => id === 'files/fetched')).toMatchObject({ outcome: 'pass', level: 'MUST' });
  });

  test('without a secret fails no case', async () => {
    const { url } = await receiver(({ res }) => void res.end());
    const report = await runChecks({ url });
    expect(report.summary).toMatchObject({ fail: 0, exitCode: 0 });
    expect(
      report.cases.filter(({ id }) => id.startsWith('auth/')).map(({ id, outcome }) => `${id} ${outcome}`),
    ).toEqual(['auth/unprotected warn']);
  });

  test('gets texts that all name their case', async () => {
    const { url, requests } = await receiver();
    await runChecks({ url, secret, profile: 'full' });
    const notRun = requests.flatMap((request) =>
      texts(request).filter((text) => text && !text.includes('[suvvy-hook check ')),
    );
    expect(notRun).toEqual([]);
  });
});

/** Sound, each in its own way: Suvvy would be happy with all of them. */
const quirks: Record<string, Handler> = {
  '403 for a wrong secret': (request) =>
    authorization(request) === `Bearer ${secret}` ? sound(request) : void request.res.writeHead(403).end('forbidden'),
  '404 for a wrong secret': (request) =>
    authorization(request) === `Bearer ${secret}` ? sound(request) : void request.res.writeHead(404).end(),
  '500 on malformed JSON': except(({ event }) => event === undefined),
  '500 on whatever is no event': except(({ event }) => typeof event?.event_type !== 'string'),
  '200 to garbage': (request) =>
    authorization(request) === `Bearer ${secret}` ? void request.res.end('ok') : sound(request),
  '200 to other methods': (request) => (request.req.method === 'POST' ? sound(request) : void request.res.end()),
  'a chat_id is needed': except(
    ({ event }) => event?.event_type === 'new_messages' && event.chat_id === undefined,
    422,
  ),
  'int(chat_id)': except(({ event }) => event?.chat_id !== undefined && !/^\d+$/.test(event.chat_id)),
  'any body in the 2xx': (request) => {
    if (authorization(request) !== `Bearer ${secret}`) return sound(request);
    request.res
      .writeHead(201, { 'Content-Type': 'text/html', 'Content-Encoding': 'identity' })
      .end('<h1>\u0000\ud800</h1>');
  },
  '204 without a body': (request) =>
    authorization(request) === `Bearer ${secret}` ? void request.res.writeHead(204).end() : sound(request),
  'says of a duplicate that it was there already': remembering(
    (request, seen) => authorization(request) === `Bearer ${secret}` && seen.some(({ text }) => text === request.text),
    208,
  ),
  'closes every connection': (request) => {
    request.res.shouldKeepAlive = false;
    sound(request);
  },
  'refuses chunked bodies': except(({ req }) => req.headers['transfer-encoding'] !== undefined, 411),
  'refuses empty lists and texts': except(
    (one) => one.event?.new_messages?.length === 0 || texts(one).includes(''),
    422,
  ),
  'refuses links to this machine': except((one) => files(one).some((file) => !file.url.startsWith('https://')), 422),
  'refuses bodies over 100 KB': except(({ text }) => text.length > 100 * 1024, 413),
  'takes bearer in lower case': lettingIn((header) => header === `bearer ${secret}`),
};

describe('a receiver does not fail because of requests that Suvvy never sends', () => {
  test.for(Object.entries(quirks))('it passes with this behaviour: %s', async ([, handler]) => {
    const { url } = await receiver(handler);
    const report = await runChecks({ url, secret, profile: 'full' });
    expect(report.cases.filter(({ outcome }) => outcome === 'fail' || outcome === 'error')).toEqual([]);
    expect(report.summary.exitCode).toBe(0);
  });

  test('it gets a warning if it refuses links to this machine', async () => {
    const { url } = await receiver(quirks['refuses links to this machine']);
    const report = await runChecks({ url, secret, only: ['deliver/image', 'deliver/batch-mixed'] });
    for (const result of report.cases.slice(1)) {
      expect(result.outcome).toBe('warn');
      expect(result.hint).toContain('--file-base-url');
    }
  });

  test('it gets a warning that names the chat_id if it requires one', async () => {
    const { url } = await receiver(quirks['a chat_id is needed']);
    const report = await runChecks({ url, secret, only: ['deliver/doc-example'] });
    expect(report.cases[1]).toMatchObject({ outcome: 'warn' });
    expect(report.cases[1]!.hint).toContain('chat_id');
  });
});
