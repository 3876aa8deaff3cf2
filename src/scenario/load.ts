import { extname, resolve } from 'node:path';
import { URL } from 'node:url';
import { readYaml } from '../config/read-yaml.ts';
import { parseTarget } from '../delivery/target.ts';
import { HookError } from '../errors.ts';
import { detectMediaType } from '../fixtures/media-type.ts';
import { composeMessages } from '../fixtures/message.ts';
import { readInputFile } from '../fixtures/read-input.ts';
import { parseScenario } from './parse.ts';
import type { PostStep, Scenario, Step } from './scenario.ts';

/** A scenario that can be run: all of its files were looked at. */
export interface ReadyScenario extends Scenario {
  webhook: URL;
  /** The folder of the file, whole. */
  folder: string;
  /** The requests of its `post` steps. */
  posts: ReadonlyMap<PostStep, Post>;
}

export interface Post {
  url: URL;
  body: Uint8Array;
  contentType: string;
}

export interface LoadOptions {
  cwd: string;
  /** Comes before the file's own; null where none was given. */
  webhook: URL | null;
}

/**
 * Reads a scenario and the files that it names.
 *
 * @param bytes the content of the file
 * @param path the file as it was typed
 * @throws HookError, with its place: exit 2 for what cannot be meant, exit 3 for a file that cannot be read
 */
export async function loadScenario(bytes: Buffer, path: string, { cwd, webhook }: LoadOptions): Promise<ReadyScenario> {
  const scenario = parseScenario(readYaml(bytes, path), path);
  const target = webhook ?? scenario.webhook;
  if (!target)
    throw new HookError(`${path} names no webhook`, {
      hint: 'add a line such as webhook: http://localhost:3000/webhook, or give --url',
    });
  const folder = resolve(cwd, scenario.folder);
  const posts = new Map<PostStep, Post>();
  for (const step of scenario.steps) {
    if (step.kind === 'say')
      await placed(step, () => composeMessages(step.parts, { sender: step.sender, cwd: folder }));
    if (step.kind === 'post') posts.set(step, await placed(step, () => postOf(step, target, folder)));
  }
  return { ...scenario, webhook: target, folder, posts };
}

async function postOf({ url, content }: PostStep, webhook: URL, folder: string): Promise<Post> {
  const whole = url.startsWith('/') ? new URL(url, webhook) : parseTarget(url);
  if ('json' in content)
    return { url: whole, body: Buffer.from(JSON.stringify(content.json)), contentType: 'application/json' };
  if ('body' in content)
    return {
      url: whole,
      body: Buffer.from(content.body),
      contentType: isJson(content.body) ? 'application/json' : 'text/plain; charset=utf-8',
    };
  const body = await readInputFile(content.file, { cwd: folder });
  const isJsonFile = extname(content.file).toLowerCase() === '.json';
  const contentType = isJsonFile ? 'application/json' : detectMediaType(body.subarray(0, 4096), content.file);
  return { url: whole, body, contentType };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function placed<Result>({ at }: Step, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof HookError)) throw cause;
    const { hint, exitCode } = cause;
    throw new HookError(`${at}: ${cause.message}`, { hint, exitCode, cause });
  }
}
