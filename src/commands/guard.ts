import { createRedactor, type Redactor } from '../contract/redact.ts';
import type { Host, Output, SystemHost, SystemOutput } from '../host.ts';
import { escapeJson } from '../text/safe.ts';

/** Variables that contain a secret, whether or not a command reads them. */
const secretVariables = ['SUVVY_WEBHOOK_SECRET', 'SUVVY_API_TOKEN'];

/** The host with guarded outputs: nothing that a command writes contains a secret of the run. */
export function guardHost(system: SystemHost): Host {
  const secrets = new Set<string>();
  for (const name of secretVariables) if (system.env[name]) secrets.add(system.env[name]);
  const redactor = createLateRedactor(secrets);
  const guarded = {
    secrets,
    stdout: guardOutput(system.stdout, redactor),
    stderr: guardOutput(system.stderr, redactor),
  };
  // Inherited, not copied: some properties of a host are slow to read.
  return Object.assign(Object.create(system) as Host, guarded);
}

/** The redactor for all secrets that the run knows so far. */
export function redactorOf({ secrets }: Pick<Host, 'secrets'>): Redactor {
  return createRedactor([...secrets]);
}

/** Returns the redactor for the secrets known at the time of the call: a secret may be read late. */
function createLateRedactor(secrets: ReadonlySet<string>): () => Redactor {
  let known = 0;
  let redactor = createRedactor(null);
  return () => {
    if (secrets.size !== known) redactor = createRedactor([...secrets]);
    known = secrets.size;
    return redactor;
  };
}

/** The same output with all its methods (ora moves its cursor), except that written text is cleared. */
function guardOutput(output: SystemOutput, redactor: () => Redactor): Output {
  const own: Pick<Output, 'write' | 'writeCleared'> = {
    write: (text) => output.write(cleared(text, redactor())),
    writeCleared: (text) => output.write(text),
  };
  return new Proxy(output, {
    get(target, name) {
      if (name in own) return Reflect.get(own, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    // ora puts its own `write` before ours while it turns. Behind ours it would call itself for ever.
    set: (target, name, value) => Reflect.set(name in own ? own : target, name, value),
  }) as Output;
}

/** JSON keeps its format: its strings are cleared one by one. */
function cleared(text: string | Uint8Array, redactor: Redactor): string | Uint8Array {
  if (!redactor.finds(text)) return text;
  const whole = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
  const isLines = !whole.trimEnd().includes('\n');
  const document = isLines ? undefined : clearedJson(whole, redactor, 2);
  if (document !== undefined) return `${document}\n`;
  const lines = whole.split('\n').map((line) => ({ line, json: clearedJson(line, redactor) }));
  // In plain text, a secret may be spread over several lines.
  if (lines.every(({ json }) => json === undefined)) return redactor(whole);
  return lines.map(({ line, json }) => json ?? redactor(line)).join('\n');
}

function clearedJson(text: string, redactor: Redactor, indent = 0): string | undefined {
  const value = parsed(text);
  return value === undefined ? undefined : escapeJson(JSON.stringify(redactor.leaves(value), null, indent));
}

function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
