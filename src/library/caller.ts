import { HookError } from '../errors.ts';

/** A function of the library, by which an error finds the line that called it. */
// oxlint-disable-next-line typescript/no-explicit-any
type Entry = (...given: any[]) => unknown;

/**
 * Runs what a function of the library does. An error of ours then begins at the caller's own line, and has its way out in
 * its message: test runners print no other member. What else is thrown stays as it is.
 */
export async function atCaller<Value>(entry: Entry, run: () => Value | Promise<Value>): Promise<Value> {
  // Before anything is awaited: afterwards the caller is no longer on the stack.
  const site = siteOf(entry);
  try {
    return await run();
  } catch (error) {
    throw isOurs(error, entry) ? pointed(error, site) : error;
  }
}

/** The same for a function that gives its value, or throws, at once. */
export function atCallerNow<Value>(entry: Entry, run: () => Value): Value {
  const site = siteOf(entry);
  try {
    return run();
  } catch (error) {
    throw isOurs(error, entry) ? pointed(error, site) : error;
  }
}

interface Site {
  stack?: string;
}

function siteOf(entry: Entry): Site {
  const site: Site = {};
  Error.captureStackTrace(site, entry);
  return site;
}

/** A TypeError of ours says whose argument is wrong. */
function isOurs(error: unknown, { name }: Entry): error is Error {
  return error instanceof HookError || (error instanceof TypeError && error.message.startsWith(`${name} takes `));
}

function pointed(error: Error, { stack = '' }: Site): Error {
  const { hint } = error as Partial<HookError>;
  if (hint && !error.message.includes(hint)) error.message = `${error.message} (${hint})`;
  const start = stack.search(/^ +at /m);
  if (start !== -1) error.stack = `${error.name}: ${error.message}\n${stack.slice(start)}`;
  return error;
}
