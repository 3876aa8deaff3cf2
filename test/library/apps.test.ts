import { createServer } from 'node:http';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkWebhook, startSuvvy, type App } from '../../src/index.ts';
import { openSuvvy } from './open-receiver.ts';

const secret = 's3cret';
const only = ['deliver/text-ai', 'auth/wrong'];
const isSender = (authorization: string | null | undefined): boolean => authorization === `Bearer ${secret}`;

function expressApp(create: typeof express): App {
  const app = create();
  app.post('/hook', (req, res) => res.sendStatus(isSender(req.get('authorization')) ? 204 : 401));
  return app;
}

/** Each answers 204 to the secret, and 401 to anything else. */
const apps: Record<string, () => App> = {
  'a Node handler': () => (req, res) => {
    req.resume().on('end', () => res.writeHead(isSender(req.headers.authorization) ? 204 : 401).end());
  },
  'a http.Server': () =>
    createServer((req, res) => {
      req.resume().on('end', () => res.writeHead(isSender(req.headers.authorization) ? 204 : 401).end());
    }),
  'an Express 5 app': () => expressApp(express),
  'an Express 4 app': () => expressApp(express4),
  'a Koa app': () => {
    const app = new Koa();
    app.use((context) => void (context.status = isSender(context.get('authorization')) ? 204 : 401));
    return app;
  },
  'a Fastify app': () => {
    const app = Fastify();
    onTestFinished(() => app.close());
    app.post('/hook', (request, reply) => reply.code(isSender(request.headers.authorization) ? 204 : 401).send());
    return app;
  },
  'a Hono app': () =>
    new Hono().post('/hook', (context) =>
      context.body(null, isSender(context.req.header('authorization')) ? 204 : 401),
    ),
  'a fetch handler': () => ({
    async fetch(request: Request, _env: object, context: { waitUntil(work: Promise<unknown>): void }) {
      context.waitUntil(Promise.reject(new Error('too late to matter')));
      const { event_type: type } = (await request.json()) as { event_type: string };
      return new Response(type, { status: isSender(request.headers.get('authorization')) ? 200 : 401 });
    },
  }),
};

describe('checkWebhook takes', () => {
  test.each(Object.entries(apps))('%s', async (_, create) => {
    const report = await checkWebhook(create(), { path: 'hook', secret, only });
    expect(report.cases.map(({ id, outcome, actual }) => [id, outcome, outcome === 'pass' ? '' : actual])).toEqual(
      only.map((id) => [id, 'pass', '']),
    );
  });

  test('a fetch handler that gives no Response, or rejects, as a 500 with its error', async () => {
    for (const [fetch, words] of [
      [() => undefined, 'TypeError: fetch(request) gave no Response'],
      [() => Promise.reject(new RangeError('no such chat')), 'RangeError: no such chat'],
    ] as const) {
      const report = await checkWebhook({ fetch }, { only: ['deliver/text-ai'] });
      expect(report.cases[0]!.requests[0]!.response).toMatchObject({
        status: 500,
        bodyExcerpt: `the handler threw: ${words}`,
      });
    }
  });
});

describe('startSuvvy takes', () => {
  test.each(Object.entries(apps))('%s', async (_, create) => {
    const suvvy = await openSuvvy({ webhook: create(), path: 'hook', secret });
    expect((await suvvy.say('42', 'Hello')).verdict).toMatchObject({ delivered: true, sentence: null });
  });
});

describe.each([checkWebhook, (webhook: App) => startSuvvy({ webhook })])(
  'what is no app is refused at once',
  (take) => {
    test.each<[string, unknown, string]>([
      ['nothing', undefined, 'it was given undefined'],
      ['a number', 3000, 'it was given 3000'],
      ['a list', [], 'it was given an array'],
      ['a router that is no app', { routes: [], get: () => {} }, 'it was given an object with routes, get'],
      ['an empty object', {}, 'it was given an object with nothing in it'],
    ])('%s', async (_, webhook, words) => {
      const error = (await take(webhook as App).catch((thrown: unknown) => thrown)) as TypeError;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(
        /^(checkWebhook|startSuvvy) takes a URL, a Node request handler, an Express, Koa, Fastify or Hono app/,
      );
      expect(error.message).toContain(words);
      expect(error.stack?.split('\n')[1]).toContain('apps.test.ts');
    });
  },
);
