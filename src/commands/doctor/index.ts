import { parseTarget } from '../../delivery/target.ts';
import { ExitCode, HookError } from '../../errors.ts';
import type { Host, Style } from '../../host.ts';
import { block, width } from '../../text/layout.ts';
import { jsonLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { minimumNode } from '../../version.ts';
import type { Context, GlobalOptions, Register } from '../context.ts';
import { defaultPort } from '../flags/listen-or-fallback.ts';
import type { DoctorFacts, DoctorFinding } from './facts.ts';
import { findingsOf } from './findings.ts';
import { addressesOf, isInContainer, listeningOn, probeTarget, writeProblem } from './probe.ts';

export const registerDoctor: Register = (command, context) => {
  command
    .description(
      'Check Node, the environment, localhost and ports, and report possible problems. Nothing leaves this machine. Exit 1 if something is wrong; warnings do not count.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook doctor\n  $ suvvy-hook doctor --json | jq \'select(.level == "error")\'',
    );
  command.action(async () => context.finish(await doctor(command.optsWithGlobals<GlobalOptions>(), context)));
};

async function doctor(options: GlobalOptions, { host }: Context): Promise<ExitCode> {
  const findings = findingsOf(await gatherFacts(host));
  const counted = (level: DoctorFinding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [counted('error'), counted('warning')];
  if (options.json) {
    const lines = findings.map((finding) => jsonLine({ type: 'finding', ...finding }));
    const summary = jsonLine({ type: 'summary', ok: counted('ok'), warnings, errors });
    host.stdout.write(`${[...lines, summary].join('\n')}\n`);
  } else {
    const style = await host.style(host.stdout, options);
    const total = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
    host.stdout.write(`${[...findings.flatMap((finding) => findingLines(finding, style)), '', total].join('\n')}\n`);
  }
  return errors > 0 ? ExitCode.failed : ExitCode.ok;
}

async function gatherFacts(host: Host): Promise<DoctorFacts> {
  const localhost = await addressesOf('localhost');
  return {
    nodeVersion: host.nodeVersion,
    otherRuntime: host.otherRuntime,
    minimumNode: minimumNode(),
    env: host.env,
    localhost,
    defaultPort: { port: defaultPort, listening: await listeningOn(['127.0.0.1', '::1'], defaultPort) },
    target: await lookAtTarget(host.env['SUVVY_WEBHOOK_URL']),
    inContainer: await isInContainer(),
    terminal: { isTTY: host.stdout.isTTY ?? false, columns: host.stdout.columns },
    cannotWrite: await writeProblem(host.cwd),
  };
}

async function lookAtTarget(text: string | undefined): Promise<DoctorFacts['target']> {
  if (!text) return null;
  try {
    return await probeTarget(parseTarget(text));
  } catch (error) {
    if (error instanceof HookError) return { problem: error.message, hint: error.hint };
    throw error;
  }
}

function findingLines({ level, message, hint }: DoctorFinding, style: Style): string[] {
  const mark = { ok: style.green('✔'), warning: style.yellow('!'), error: style.red('✘') }[level];
  const say = (text: string, start: string): string[] => {
    const indent = ' '.repeat(width(start));
    const [first = '', ...rest] = block(text, { indent, columns: style.columns, maxLines: 6 });
    return [start + first.slice(indent.length), ...rest];
  };
  return [...say(message, `${mark} `), ...(hint ? say(hint, '  → ').map(style.dim) : [])];
}
