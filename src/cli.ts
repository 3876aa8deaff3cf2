import { Command, CommanderError } from 'commander';
import { asTyped } from './commands/as-typed.ts';
import { addCommands, type Context } from './commands/context.ts';
import { guardHost } from './commands/guard.ts';
import { commands } from './commands/index.ts';
import { ExitCode, HookError } from './errors.ts';
import type { Host, SystemHost } from './host.ts';
import { packageVersion } from './version.ts';

// A start loads one file, so `bin` gets what it calls from here.
export { systemHost } from './host.ts';

/** Runs one command and returns its exit code. Only this function turns a result into an exit code. Never throws. */
export async function main(argv: readonly string[], system: SystemHost): Promise<ExitCode> {
  const host = guardHost(system);
  let exitCode: ExitCode = ExitCode.ok;
  const context: Context = { host, commands, finish: (code) => (exitCode = code) };
  const fail = (error: unknown): Promise<ExitCode> => report(error, host, { color: !argv.includes('--no-color') });
  host.onUncaught(fail);
  try {
    const words = closeOptionalValues(normalizeHelp(argv));
    const program = await createProgram(words, context);
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    return fail(error);
  }
}

/**
 * `help send file` means `send file --help`. Commander reads only one word, and shows help for a typo as if it were
 * correct.
 */
function normalizeHelp(argv: readonly string[]): readonly string[] {
  const words = argv[0] === 'help' && argv.length > 1 ? [...argv.slice(1), '--help'] : argv;
  const command = commandOf(words);
  const known = command === undefined || command === 'help' || commands.some(({ name }) => name === command);
  return known ? words : [command];
}

/** Flags whose value comes after `=` alone: in `listen --ui 3000` the number is not the flag's. */
const valueAfterEquals: ReadonlySet<string> = new Set(['--ui']);

/** Commander would take the next word: an empty value keeps it from that. */
function closeOptionalValues(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) => (valueAfterEquals.has(word) && (end === -1 || index < end) ? `${word}=` : word));
}

/** The first word is the command, because no flag of the program itself takes a value. */
function commandOf(argv: readonly string[]): string | undefined {
  return argv.find((argument) => !argument.startsWith('-'));
}

async function createProgram(argv: readonly string[], context: Context): Promise<Command> {
  const { host } = context;
  const program = new Command('suvvy-hook')
    .description('Receive, replay and check the webhook of a Suvvy custom channel, before a real message is lost.')
    .usage('<command> [options]')
    .version(packageVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .option('--json', 'NDJSON on stdout, for scripts')
    .option('-q, --quiet', 'no messages on stderr')
    .option('-v, --verbose', 'show headers and bodies')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(asTyped(text, host)),
      writeErr: (text) => void host.stderr.write(asTyped(text, host)),
      getOutHelpWidth: () => helpWidth(host),
      getErrHelpWidth: () => helpWidth(host),
      outputError: () => {},
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', () => startHere(helpWidth(host)));

  const wanted = commandOf(argv);
  await addCommands(program, context, (name) => name === wanted);
  return program;
}

const starts = [
  ['suvvy-hook demo', 'both sides, no set-up'],
  ['suvvy-hook listen --secret "$SECRET"', 'see what Suvvy sends'],
  ['suvvy-hook send fixture --url http://localhost:3000/', 'see what Suvvy would conclude'],
] as const;

const codes = ['0 passed', '1 failed', '2 usage', '3 could not', '70 a bug', '130 interrupted'];

/** What to do next and the exit codes, for a terminal of this width. */
function startHere(width: number): string {
  const lines = starts.flatMap(([command, what]) =>
    width < 90 ? [`  $ ${command}`, `      ${what}`] : [`  $ ${command.padEnd(54)}${what}`],
  );
  const [first = '', ...rest] = codes;
  let exits = [`Exit codes: ${first}`];
  for (const code of rest) {
    const longer = `${exits.at(-1)} · ${code}`;
    exits = longer.length < width ? [...exits.slice(0, -1), longer] : [...exits, `  ${code}`];
  }
  return ['', 'Start here:', ...lines, '', ...exits].join('\n');
}

function helpWidth(host: Host): number {
  return (host.stdout.isTTY && host.stdout.columns) || 80;
}

/**
 * A mistyped flag may contain the secret. Of an unknown flag we repeat only the words that our own flags are made of.
 */
function withoutValue(text: string): string {
  return text.replace(/(unknown option '-{0,2}[a-z-]*)[^]*'/, "$1'");
}

async function report(error: unknown, host: Host, { color }: { color: boolean }): Promise<ExitCode> {
  // Help and version are not errors.
  if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.ok;
  const { safe, safeLine } = await import('./text/safe.ts');
  if (error instanceof CommanderError) {
    // If only help was shown, there is nothing more to say. Otherwise the message quotes what was typed: indent its
    // line breaks, so that no line of it looks like one of ours.
    const text =
      error.code === 'commander.help' ? '' : `${safe(withoutValue(error.message)).replaceAll('\n', '\n  ')}\n`;
    host.stderr.write(text);
    return ExitCode.usage;
  }
  if (error instanceof HookError) {
    const style = await host.style(host.stderr, { color });
    host.stderr.write(`${style.red('error:')} ${asTyped(safeLine(error.message), host)}\n`);
    if (error.hint) host.stderr.write(`  ${asTyped(safeLine(error.hint), host)}\n`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  host.stderr.write(`${safe(detail)}\nerror: this is a bug in suvvy-hook: please report it with the lines above\n`);
  return ExitCode.bug;
}
