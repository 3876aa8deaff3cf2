// Preloaded into a process of ours: writes down whose code it loads, inlined into our files or not.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

const hooks = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  const loaded = await next(url, context);
  // The bundler writes above each module where it comes from.
  const paths = [url, ...(String(loaded.source ?? '').match(/^(?:\\s*\\/\\/ |  ")(.*node_modules\\/.*)$/gm) ?? [])];
  for (const path of paths) {
    const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(path) ?? [];
    if (name) appendFileSync(${JSON.stringify(process.env.LOAD_LOG)}, name + '\\n');
  }
  return loaded;
}`;
appendFileSync(process.env.LOAD_LOG, '');
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
