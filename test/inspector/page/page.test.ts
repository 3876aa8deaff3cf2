import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { platformItem } from '../../../src/inspector/platform-item.ts';
import { createRedactor } from '../../../src/contract/redact.ts';
import { createFeed } from '../../../src/inspector/feed.ts';
import { createAnswerSwitch } from '../../../src/inspector/answer-switch.ts';
import { hostileStrings } from './hostile-strings.ts';
import { bundledFolder } from '../../../src/fixtures/list.ts';
import type { PlatformOptions } from '../../../src/platform/start-platform.ts';
import { target } from '../../helpers/target.ts';
import { chromiumPath, openBrowser, sayWhyNot, watchedPage, type Watched } from './browser.ts';
import { another, openPlatform } from '../../platform/open-platform.ts';
import { arrived, openInspector, text, type OpenInspector, type OpenOptions } from '../open-inspector.ts';

const axe = readFileSync(join(import.meta.dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8');

sayWhyNot();

describe.skipIf(!chromiumPath)('the page of the inspector in Chromium', () => {
  let context: BrowserContext;
  let close: () => Promise<void>;
  beforeAll(async () => {
    // One start for all: a name that is not ours leads here, as an attacker's would.
    const browser = await openBrowser([
      '--host-resolver-rules=MAP rebound.example 127.0.0.1, MAP evil.example 127.0.0.1',
    ]);
    ({ context, close } = browser);
  });
  afterAll(() => close?.());

  /** A page of its own on an inspector of its own. */
  async function open(options: OpenOptions = {}): Promise<OpenInspector & Watched> {
    const inspector = await openInspector(options);
    const watched = await watchedPage(context, inspector.origin);
    onTestFinished(() => watched.page.close());
    await watched.page.goto(`${inspector.origin}/#token=${inspector.token}`);
    await watched.page.locator('.dot[data-state=open]').waitFor({ state: 'attached' });
    return { ...inspector, ...watched };
  }

  /** Nothing was asked for elsewhere, and nothing went wrong. */
  function expectClean({ foreign, errors }: Watched): void {
    expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
  }

  const lastVerdict = (page: Page) => page.locator('.verdict').last();

  test('an event is on the page as a bubble, with its answer and what breaks the contract in its place', async () => {
    const opened = await open();
    const { page, feed } = opened;
    await page.getByText('Waiting for the first event').waitFor();
    feed.add(
      arrived({ ...text('Hello there'), new_messages: [{ type: 'text', message_sender: 'bot', text: 'Hello there' }] }),
    );
    await page.locator('.bubble', { hasText: 'Hello there' }).waitFor();
    await lastVerdict(page).click();
    expect(await page.locator('.problem').innerText()).toContain('new_messages[0].message_sender');
    await page.locator('.problem blockquote').waitFor();
    expect(await page.locator('.code-line[data-marked=true]').innerText()).toContain('"message_sender": "bot"');
    expect(await page.locator('.totals').innerText()).toContain('1 with problems');
    expectClean(opened);
  });

  test('the token leaves the address bar at once, and a reload works', async () => {
    const opened = await open();
    const { page, feed, origin } = opened;
    expect(page.url()).toBe(`${origin}/`);
    feed.add(arrived(text('still here')));
    await page.reload();
    await page.locator('.bubble', { hasText: 'still here' }).waitFor();
    expect(await page.evaluate(() => document.cookie + JSON.stringify(localStorage))).not.toContain(opened.token);
    expectClean(opened);
  });

  test('hostile text in every field is shown as text, runs nothing and breaks no policy', async () => {
    const feed = createFeed();
    hostileStrings.forEach((words, index) => {
      const file = { name: words, url: words, size_bytes: words, mime_type: words };
      const messages = [
        { type: 'text', message_sender: words, text: words },
        { type: 'image', message_sender: 'ai', file },
        { type: words, message_sender: 'ai', [words]: words },
      ];
      const forwarded = { status: 500, ms: 1, reason: 'status', message: words, bodyBroken: false };
      const rawHeaders = [['X-Words', words.replaceAll(/[^\x20-\x7e]/g, '?')]] as const;
      const event = { event_type: 'new_messages', chat_id: words, new_messages: messages };
      feed.add(arrived(event, { rawHeaders, answered: { status: 200, forwarded } }));
      feed.add(arrived({ event_type: words }, { target: `/${encodeURI(words.toWellFormed())}` }));
      if (index % 4 === 0) feed.add(arrived(words, { answered: { status: 400 } }));
    });
    const opened = await open({ feed, answers: createAnswerSwitch(undefined) });
    const { page } = opened;
    await page.waitForFunction((all) => document.querySelectorAll('.event').length === all, feed.lastSeq());
    // The last of each kind, in every tab.
    for (const back of [1, 2, 3]) {
      await page.locator('.verdict').nth(-back).click();
      for (const tab of ['message', 'raw', 'answer', 'replay', 'problems']) await page.click(`#tab-${tab}`);
    }
    await page.keyboard.press('Escape');
    await page.evaluate(async (times) => {
      for (let at = 0; at < times; at += 1) {
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k' }));
        await new Promise((resolve) => setTimeout(resolve));
      }
    }, feed.lastSeq());
    const made = await page.evaluate(() => ({
      scripts: document.querySelectorAll('script').length,
      foreign: document.querySelectorAll('iframe, object, embed, base, form[action], link:not([rel=stylesheet])')
        .length,
      handlers: [...document.querySelectorAll('*')].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith('on') || name === 'style'),
      ).length,
      links: [...document.querySelectorAll('a')].filter(({ href }) => !href.startsWith('blob:')).length,
      title: document.title,
      pwned: 'pwned' in globalThis,
    }));
    expect(made).toEqual({ scripts: 1, foreign: 0, handlers: 0, links: 0, title: 'suvvy-hook', pwned: false });
    const body = await page.locator('body').innerText();
    expect(body).toContain('<img src=x onerror=');
    expect(body).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expectClean(opened);
  });

  test('an event is sent again by keyboard alone, edited, and its result stands beside the first answer', async () => {
    const { url, seen } = await target((_, res) => res.writeHead(503).end('no space left'));
    const opened = await open({ targets: [url] });
    const { page, feed } = opened;
    feed.add(arrived(text('first')));
    feed.add(arrived(text('second')));
    await page.locator('.bubble', { hasText: 'second' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await page.locator('#replay-body:focus').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('{"event_type":"test_request"}');
    await page.keyboard.press('Control+Enter');
    await page.locator('.result').waitFor();
    expect(await page.locator('.result .status').allInnerTexts()).toEqual(['200', '503']);
    expect(await page.locator('.result').innerText()).toContain('no space left');
    expect(seen.map(({ body }) => body)).toEqual(['{"event_type":"test_request"}']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.type('first');
    await page.locator('.bubble', { hasText: 'second' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.bubble', { hasText: 'second' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.locator('.notice', { hasText: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("curl -i --max-time 20 -X POST '");
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expectClean(opened);
  });

  test('answers are scripted from the page, and a script that cannot be read says why', async () => {
    const answers = createAnswerSwitch(undefined);
    const opened = await open({ answers });
    const { page } = opened;
    await page.getByRole('button', { name: /Answers/ }).click();
    await page.getByLabel('Script of answers').fill('nonsense');
    await page.getByRole('button', { name: 'Set' }).click();
    await page.locator('#answers [role=alert]', { hasText: 'column 1' }).waitFor();
    await page.getByRole('button', { name: '503 three times' }).click();
    await page.locator('.answers-now', { hasText: '503x3,200' }).waitFor();
    expect(answers.script()).toBe('503x3,200');
    expect(opened.errors.splice(0)).toEqual([expect.stringContaining('400')]);
    expectClean(opened);
  });

  test('a picture of our own fixtures is shown at once, and no other file before its button is pressed', async () => {
    const elsewhere = await target((_, res) =>
      res.end(readFileSync(join(import.meta.dirname, '../../../fixtures/assets/photo.jpg'))),
    );
    const opened = await open({ targets: [elsewhere.url] });
    const { page, feed } = opened;
    const file = (name: string, url: string, size: number) => ({ name, url, size_bytes: size, mime_type: 'image/png' });
    const own = file('terracotta-mug.png', 'http://127.0.0.1:1/0123456789abcdef/0/terracotta-mug.png', 2832);
    const image = (one: object) => ({
      event_type: 'new_messages',
      chat_id: '1',
      new_messages: [{ type: 'image', message_sender: 'ai', file: one }],
    });
    feed.add(arrived(image(own)));
    feed.add(arrived(image(file('a.jpg', `${elsewhere.url}a.jpg`, 1))));
    const width = (index: number) =>
      page
        .locator('.picture')
        .nth(index)
        .evaluate((picture: HTMLImageElement) => picture.decode().then(() => picture.naturalWidth));
    await page.locator('.picture').first().waitFor();
    expect(await width(0)).toBeGreaterThan(0);
    expect(elsewhere.seen).toEqual([]);
    await page.getByRole('button', { name: `Load from 127.0.0.1:${elsewhere.port}` }).click();
    await page.locator('.picture').nth(1).waitFor();
    expect(await width(1)).toBeGreaterThan(0);
    expect(elsewhere.seen).toHaveLength(1);
    expectClean(opened);
  });

  test('seven tabs: four go on, the others are told so, and one of them goes on when asked', async () => {
    const inspector = await openInspector();
    inspector.feed.add(arrived(text('before')));
    const pages = await Promise.all(
      Array.from({ length: 7 }, async () => {
        const page = await context.newPage();
        onTestFinished(() => page.close());
        await page.goto(`${inspector.origin}/#token=${inspector.token}`);
        return page;
      }),
    );
    const ends = await Promise.all(
      pages.map(async (page) => {
        const [bubble, told] = [page.locator('.bubble'), page.getByText('more than four tabs')];
        await bubble.or(told).first().waitFor();
        return { page, bubble, told };
      }),
    );
    // Which of them came first, the browser decides: the last to be told settles it.
    await expect
      .poll(async () => (await Promise.all(ends.map(({ told }) => told.isVisible()))).filter(Boolean))
      .toHaveLength(3);
    inspector.feed.add(arrived(text('for all')));
    const isTold = await Promise.all(ends.map(({ told }) => told.isVisible()));
    for (const { page } of ends.filter((_, index) => !isTold[index]))
      await page.locator('.bubble', { hasText: 'for all' }).waitFor();
    const { page } = ends[isTold.indexOf(true)]!;
    await page.getByRole('button', { name: 'Go on here' }).click();
    await page.locator('.bubble', { hasText: 'for all' }).waitFor();
  });

  test('a page under a name that was made to lead here gets nothing, and neither does any other page', async () => {
    const inspector = await openInspector();
    inspector.feed.add(arrived(text('private words')));
    const { port, token, origin } = inspector;
    const page = await context.newPage();
    onTestFinished(() => page.close());
    const rebound = await page.goto(`http://rebound.example:${port}/#token=${token}`);
    expect(rebound!.status()).toBe(421);
    expect(await page.locator('body').innerText()).not.toContain('private words');

    const evil = await target((_, res) =>
      res
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<!doctype html><title>evil</title><form method=post></form>'),
    );
    await page.goto(`http://evil.example:${evil.port}/`);
    const got = await page.evaluate(
      async ([there, bearer]) => {
        const attempt = async (init: RequestInit, path = '/v1/events') =>
          fetch(there + path, init).then(
            (res) => `${res.type} ${res.status}`,
            () => 'failed',
          );
        const socket = await new Promise((resolve) => {
          const ws = new WebSocket(`${there!.replace('http', 'ws')}/v1/stream`);
          ws.addEventListener('open', () => resolve('opened'));
          ws.addEventListener('error', () => resolve('failed'));
        });
        const frame = document.createElement('iframe');
        frame.src = `${there}/`;
        const framed = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await framed;
        const script = document.createElement('script');
        script.src = `${there}/app.js`;
        const loaded = await new Promise((resolve) => {
          script.addEventListener('load', () => resolve('loaded'));
          script.addEventListener('error', () => resolve('failed'));
          document.body.append(script);
        });
        let inside = 'blocked';
        try {
          inside = frame.contentDocument?.body.innerText ?? 'blocked';
        } catch {
          // Of another origin.
        }
        return {
          plain: await attempt({}),
          withToken: await attempt({ headers: { Authorization: `Bearer ${bearer}` } }),
          blind: await attempt({ mode: 'no-cors', method: 'POST', body: '{"script":"hang"}' }, '/v1/answers'),
          socket,
          inside,
          loaded,
        };
      },
      [origin, token],
    );
    expect(got).toEqual({
      plain: 'failed',
      withToken: 'failed',
      blind: 'failed',
      socket: 'failed',
      inside: 'blocked',
      loaded: 'failed',
    });
    // A form can be sent there, and is refused before anything is looked at.
    await page.evaluate((there) => {
      const [form] = document.forms;
      form!.action = `${there}/v1/answers`;
      form!.submit();
    }, origin);
    await page.waitForURL(`${origin}/v1/answers`);
    expect(await page.locator('body').innerText()).toContain('another web page');
  });

  /** Suvvy's side with its page: what happens goes into the feed, and the page speaks for the bot. */
  async function openMock() {
    const { url } = await target();
    const feed = createFeed();
    let count = 0;
    const onEvent: PlatformOptions['onEvent'] = (event) =>
      feed.add(platformItem(event, `item-${(count += 1)}`, createRedactor(null)));
    const other = await openPlatform(url, { onEvent, keepBodies: true });
    const say: OpenOptions['say'] = async ({ chatId, text: content }) => {
      await other.platform.say(chatId as string, [{ type: 'text', content: content as string }]);
      return {};
    };
    return { ...(await open({ source: 'mock', feed, say, answers: createAnswerSwitch(undefined) })), other };
  }

  test('beside mock both directions are one conversation: a customer with a picture, the bot typed by hand, and a loop that is found', async () => {
    const { other, ...opened } = await openMock();
    const { page } = opened;
    await page.getByText('Waiting for the first message of a customer').waitFor();
    const data = readFileSync(join(bundledFolder, 'assets', 'photo.jpg')).toString('base64');
    await other.post(another({ attachments: [{ file_name: 'mug.jpg', file_type: 'image', data }] }));
    await page.locator('.bubble-row[data-sender=customer] img.picture').waitFor();
    await page.click('text=Chat 42');
    await page.locator('.composer .field').fill('It is still there, I put it aside');
    await page.keyboard.press('Enter');
    await page.locator('.bubble-row[data-sender=ai]', { hasText: 'I put it aside' }).waitFor();
    await other.post(another({ text: 'It is still there, I put it aside' }));
    await page.locator('.finding', { hasText: 'loop/self-talk' }).waitFor();
    await lastVerdict(page).click();
    expect(await page.locator('.problem').innerText()).toContain("the bot's own words come back");
    expect(await page.locator('#tab-replay').count()).toBe(0);
    expect(await page.locator('.totals').innerText()).toMatch(/^3 events/);
    expectClean(opened);
  });

  test('axe finds nothing to complain of, dark and light, English and Russian, with every part of the page open', async () => {
    const opened = await open({
      source: 'mock',
      say: async () => ({}),
      answers: createAnswerSwitch(undefined),
      targets: ['http://127.0.0.1:1/'],
    });
    const { page, feed } = opened;
    feed.add(
      arrived({ ...text('Hello'), new_messages: [{ type: 'text', message_sender: 'bot', text: 'Hello', size: 1 }] }),
    );
    feed.add(arrived({ event_type: 'test_request' }, { answered: { status: 503 } }));
    feed.add(arrived('not JSON', { answered: { status: 400 } }));
    const finding = {
      id: 'loop/self-talk',
      level: 'error',
      chatId: '42',
      message: 'the words of the bot',
      messages: [],
      assumptions: [],
    } as const;
    feed.add(platformItem({ kind: 'finding', finding: { ...finding, messages: [] } }, 'finding', createRedactor(null)));
    await lastVerdict(page).waitFor();
    await page.click('text=Chat 42');
    await page.locator('.verdict').first().click();
    await page.locator('.filters-summary').click();
    // By the protocol of the debugger, which the policy of the page does not bind.
    await page.evaluate(axe);
    const findings: string[] = [];
    const look = async (where: string): Promise<void> => {
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
        return violations.map(
          ({ id, nodes }: any) => `${id}: ${nodes.map(({ html }: any) => html.slice(0, 120)).join(' | ')}`,
        );
      });
      findings.push(...found.map((finding: string) => `${where} ${finding}`));
    };
    for (const [theme, shownTabs] of [
      ['dark', ['problems', 'replay']],
      ['light', ['message', 'raw', 'answer']],
    ] as const) {
      await page.evaluate((one) => void (document.documentElement.dataset['theme'] = one), theme);
      for (const tab of shownTabs) {
        await page.click(`#tab-${tab}`);
        await look(`${theme} ${tab}`);
      }
    }
    await page.getByRole('button', { name: 'Language: EN' }).click();
    await page.getByRole('button', { name: /Ответы/ }).click();
    await page.setViewportSize({ width: 320, height: 640 });
    for (const pane of ['details', 'conversation', 'list']) {
      await look(`320 ${pane}`);
      await page.keyboard.press('Escape');
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(findings).toEqual([]);
    expectClean(opened);
  });

  test('a tab that nobody sees holds no stream, and has what it missed when it is seen again', async () => {
    const opened = await open();
    const { page, feed } = opened;
    const see = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await see(true);
    feed.add(arrived(text('while you were away')));
    await see(false);
    await page.locator('.bubble', { hasText: 'while you were away' }).waitFor();
    expect(await page.locator('.bubble').count()).toBe(1);
    expectClean(opened);
  });
});
