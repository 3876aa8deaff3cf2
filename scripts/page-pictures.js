// docs/pictures: the inspector with a real run in it, dark and light, in English and in Russian. `npm run docs:pictures`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const folder = 'docs/pictures';
const secret = 's3cret-of-the-panel';

const listen = start('listen', '--port', '0', '--ui=0', '--json', '--secret', secret);
const { url, ui } = JSON.parse(await firstLine(listen));
const webhook = `${url}/suvvy`;
await send('message', '--text', 'Hello, Anna! Your order #2041 is packed.', '--chat-id', '42');
await send('message', '--text', 'The courier comes tomorrow, between 10 and 12.', '--chat-id', '42');
await send('fixture', 'mixed', '--chat-id', '42');
await send(
  'message',
  '--text',
  'Добрый день! Кружка есть, отправим сегодня.',
  '--sender',
  'employee',
  '--chat-id',
  '88120',
);
await send('fixture', 'image', '--chat-id', '88120');
await send('fixture', 'test_request');
await send('fixture', 'unknown_event');
await send(
  'fixture',
  'text',
  '--chat-id',
  '7',
  '--set',
  'new_messages[0].type=sticker',
  '--set',
  'new_messages[0].pack=3',
);
await fetch(webhook, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });

const profile = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  viewport: { width: 1440, height: 860 },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage();
await page.goto(ui);

for (const [language, chat, suffix] of [
  ['en', 'Chat 42', ''],
  ['ru', 'Чат 7', '-ru'],
])
  for (const theme of ['dark', 'light']) {
    await choose(theme, language, { width: 1440, height: 860 });
    await page.click(`text=${chat}`);
    await page.locator('.verdict').last().click();
    await draw(`inspector-${theme}${suffix}`);
  }
await choose('dark', 'en', { width: 320, height: 640 });
await page.click('text=Chat 42');
await draw('inspector-320');

await browser.close();
rmSync(profile, { recursive: true, force: true });
listen.kill('SIGINT');

async function choose(theme, language, viewport) {
  await page.setViewportSize(viewport);
  await page.evaluate(
    ([one, other]) => {
      localStorage.setItem('theme', one);
      localStorage.setItem('language', other);
    },
    [theme, language],
  );
  await page.reload();
  await page.locator('.event').first().waitFor({ state: 'attached' });
}

async function draw(name) {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

function send(...words) {
  const child = start('send', ...words, '--url', webhook, '--secret', secret);
  return new Promise((resolve) => child.on('close', resolve));
}

function start(...words) {
  return spawn(process.execPath, ['bin/suvvy-hook.js', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function firstLine(child) {
  let text = '';
  return new Promise((resolve) =>
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    }),
  );
}
