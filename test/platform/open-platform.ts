import { onTestFinished } from 'vitest';
import { apiPath } from '../../src/contract/api/fields.ts';
import { createBot, echoReply, type BotOptions } from '../../src/platform/bot.ts';
import type { DeliveryEvent, PlatformEvent, PlatformNotice } from '../../src/platform/events.ts';
import type { Finding } from '../../src/platform/findings/finding.ts';
import { createPlatform, type Platform, type PlatformOptions } from '../../src/platform/start-platform.ts';
import { posted } from './customer-message.ts';

/** A bot that echoes. */
export const echo: BotOptions['reply'] = echoReply('.');

export interface OpenPlatform {
  platform: Platform;
  origin: string;
  port: number;
  events: PlatformEvent[];
  notices: PlatformNotice[];
  findings(): Finding[];
  deliveries(): DeliveryEvent[];
  /** Posts a value, or a body as it is, and gives status and body of the answer. */
  post(value: unknown, headers?: Record<string, string>): Promise<{ status: number; body: any; headers: Headers }>;
}

/** Suvvy's API on a free port, closed when the test ends. Without a bot it is silent. */
export async function openPlatform(
  webhook: string,
  { bot = { reply: null }, ...options }: Partial<Omit<PlatformOptions, 'bot'>> & { bot?: BotOptions } = {},
): Promise<OpenPlatform> {
  const events: PlatformEvent[] = [];
  const notices: PlatformNotice[] = [];
  const platform = createPlatform({
    webhook: new URL(webhook),
    bot: createBot(bot),
    cwd: process.cwd(),
    clock: { now: () => performance.now(), date: () => new Date() },
    onEvent: (event) => events.push(event),
    onNotice: (notice) => notices.push(notice),
    ...options,
  });
  const { url: origin, port } = await platform.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => platform.close({ graceMs: 0 }));
  return {
    platform,
    origin,
    port,
    events,
    notices,
    findings: () => events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : [])),
    deliveries: () => events.flatMap((event) => (event.kind === 'delivery' ? [event] : [])),
    async post(value, headers = {}) {
      const response = await fetch(origin + apiPath, {
        method: 'POST',
        body: typeof value === 'string' ? value : JSON.stringify(value),
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer the-token', ...headers },
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
  };
}

let nextId = 0;

/** A message with an id of its own. */
export function another(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return posted({ message_id: `n-${(nextId += 1)}`, ...changes });
}
