// Preloaded into a process of ours: writes down which packages it loads.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

const hooks = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url) ?? [];
  if (name) appendFileSync(${JSON.stringify(process.env.LOAD_LOG)}, name + '\\n');
  return next(url, context);
}`;
appendFileSync(process.env.LOAD_LOG, '');
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
