import { isObject } from '../contract/field-path.ts';
import type { Redactor } from '../contract/redact.ts';
import { HookError } from '../errors.ts';
import { headerPairs } from '../http/headers.ts';
import type { AnswerControl } from './answer-switch.ts';
import type { Archive } from './archive.ts';
import { copyTexts } from './copy-texts.ts';
import type { Feed, Placed } from './feed.ts';
import { createMediaRoutes, download } from './media/media-routes.ts';
import { replayEvent, type Original, type ReplayPolicy } from './replay.ts';
import { Impossible, NotFound, type Route } from './route.ts';
import { searchBodies } from './search.ts';
import type { Streams } from './stream.ts';
import type { Wire } from './wire.ts';

/** What the routes work on. */
export interface RouteOptions {
  feed: Feed;
  archive: Archive | null;
  wire: Wire;
  redactor: () => Redactor;
  streams: Streams;
  policy: ReplayPolicy;
  /** Null where nothing is answered here: a journal. */
  answers: AnswerControl | null;
  /** Speaks for the bot; null where there is none. */
  say: ((message: Record<string, unknown>) => Promise<object>) | null;
  /** The journal that the events are written into, as the user named it; null where there is none. */
  journal: string | null;
  state(): object;
}

/** No page of older events is longer. */
const maxPage = 200;

/** All of `/v1`. docs/inspector.md describes it: it is for programs too. */
export function createRoutes(options: RouteOptions): Route[] {
  const { feed, archive, wire, streams, policy, answers, say, state } = options;
  const find = async (id: string): Promise<Placed> => {
    const placed = feed.find(id) ?? (await archive?.find(id)) ?? null;
    if (!placed) throw new NotFound(`there is no event ${id} any more`);
    return placed;
  };
  const oldest = (): number => archive?.firstSeq() ?? feed.firstSeq();
  return [
    {
      method: 'GET',
      path: /^\/v1\/stream$/,
      run({ query, res }) {
        streams.open(res, seqOf(query.get('after')) ?? 0);
        return 'streaming';
      },
    },
    { method: 'GET', path: /^\/v1\/state$/, run: () => ({ json: state() }) },
    {
      method: 'GET',
      path: /^\/v1\/events$/,
      async run({ query }) {
        const before = Math.min(seqOf(query.get('before')) ?? Infinity, feed.lastSeq() + 1);
        const limit = Math.min(seqOf(query.get('limit')) ?? 100, maxPage);
        const events: object[] = [];
        for (let seq = before - 1; seq >= oldest() && events.length < limit; seq -= 1) {
          const placed = feed.at(seq) ?? (await archive?.at(seq));
          if (placed) events.unshift({ ...placed.item.frame(), seq });
        }
        return { json: { events, firstSeq: oldest() } };
      },
    },
    {
      method: 'DELETE',
      path: /^\/v1\/events$/,
      run() {
        if (archive) throw new Impossible('a journal cannot be cleared from here');
        feed.clear();
        streams.stateChanged();
        return { json: { cleared: true } };
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/events\/([\w-]{1,64})$/,
      async run({ params: [id = ''] }) {
        const { seq, item } = await find(id);
        return { json: { ...item.detail(), seq, copy: copyTexts(item, options) } };
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/events\/([\w-]{1,64})\/body$/,
      async run({ params: [id = ''] }) {
        const body = (await find(id)).item.body();
        if (!body) throw new NotFound('this request was refused before its body was read');
        return { bytes: wire.bytes(body), headers: download('application/octet-stream', 'body') };
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/search$/,
      async run({ query, signal }) {
        const wanted = (query.get('q') ?? '').slice(0, 1000);
        if (wanted === '') throw new HookError('there is nothing to search for: ?q=');
        const found = await searchBodies({ feed, archive, wire, query: wanted, signal });
        return { json: { matches: found } };
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/replay$/,
      async run({ body, signal }) {
        const { id, url, set } = body;
        const changed = textOf(body, 'body');
        const edits = Array.isArray(set) && set.every((edit) => typeof edit === 'string') ? set : undefined;
        if (set !== undefined && !edits) throw new HookError('"set" is a list of "PATH=VALUE"');
        const original = typeof id === 'string' ? originalOf((await find(id)).item) : null;
        if (!original && changed === undefined) throw new HookError('"id" names the event, or "body" is what to send');
        const request = { url: textOf({ url }, 'url'), body: changed, set: edits };
        const source = original ?? { name: 'message', body: Buffer.alloc(0), rawHeaders: [] };
        return { json: await replayEvent(source, request, { policy, redact: options.redactor(), signal }) };
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/answers$/,
      run({ body: { script } }) {
        if (!answers) throw new Impossible('nothing is answered here: this is a recording');
        if (script !== null && typeof script !== 'string')
          throw new HookError('"script" is a script as of --respond, or null for what the command line says');
        answers.set(script);
        streams.stateChanged();
        return { json: { script: answers.script() } };
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/say$/,
      async run({ body }) {
        if (!say) throw new Impossible('there is no bot to speak for here');
        return { json: await say(body) };
      },
    },
    ...createMediaRoutes({ policy, find }),
  ];
}

function originalOf(item: Placed['item']): Original {
  if (item.type === 'customer') throw new Impossible('a message of a customer is not sent to the webhook');
  const body = item.body();
  if (!body) throw new Impossible('this request was refused before its body was read: there is nothing to send');
  const { rawHeaders, eventType } = item.detail() as { rawHeaders?: Original['rawHeaders']; eventType?: string | null };
  return { name: `${item.id} ${eventType ?? 'no event type'}`, body, rawHeaders: rawHeaders ?? headerPairs([]) };
}

function textOf(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new HookError(`"${name}" is a text`);
  return value;
}

function seqOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The JSON object of a POST. */
export function parsePost(bytes: Buffer): Record<string, unknown> {
  let value: unknown = null;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Told below, as for all that is no object.
  }
  if (!isObject(value)) throw new HookError('the body is not a JSON object');
  return value;
}
