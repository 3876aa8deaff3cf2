import { parseEvent } from '../../contract/event.ts';
import { parseBody } from '../../contract/parse-body.ts';
import { ExitCode } from '../../errors.ts';
import type { Style } from '../../host.ts';
import { findEncodingProblem } from '../../text/encoding.ts';
import { block } from '../../text/layout.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import type { Context, GlobalOptions, Register } from '../context.ts';
import { readInput } from '../flags/input.ts';
import { firstMistake, placeAt, placesOf, type Place } from './places.ts';

/** One problem, and its place in the file. */
interface Problem extends Place {
  path: string;
  message: string;
  rule: string;
}

interface Validation {
  file: string;
  valid: boolean;
  eventType: string | null;
  problems: Problem[];
  unknownFields: string[];
}

export const registerValidate: Register = (command, context) => {
  command
    .description(
      'Check payload files against the contract, with line and column of each problem. Exit 1 if there are any.',
    )
    .argument('<files...>', 'JSON files, or - for stdin')
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook validate event.json
  $ suvvy-hook fixtures show mixed | suvvy-hook validate -
  $ suvvy-hook validate --json *.json | jq 'select(.valid | not)'`,
    );
  command.action(async (files: string[]) =>
    context.finish(await validate(files, command.optsWithGlobals<GlobalOptions>(), context)),
  );
};

async function validate(files: readonly string[], options: GlobalOptions, { host }: Context): Promise<ExitCode> {
  const style = await host.style(host.stdout, options);
  let failed = false;
  for (const file of files) {
    const result = examine(file === '-' ? 'stdin' : file, await readInput(file, host));
    failed ||= !result.valid;
    const lines = options.json ? [jsonLine({ type: 'validation', ...result })] : validationLines(result, style);
    host.stdout.write(`${lines.join('\n')}\n`);
  }
  return failed ? ExitCode.failed : ExitCode.ok;
}

function examine(file: string, bytes: Buffer): Validation {
  const body = parseBody(bytes);
  if (!body.ok)
    return { file, valid: false, eventType: null, problems: [syntaxProblem(bytes, body)], unknownFields: [] };

  const parsed = parseEvent(body.value);
  const issues = parsed.ok ? [] : parsed.issues;
  const places =
    issues.length > 0
      ? placesOf(
          bytes.toString('utf8'),
          issues.map(({ steps }) => steps),
        )
      : [];
  const problems = issues.map(({ path, message, rule }, at): Problem => ({ path, message, rule, ...places[at]! }));
  const eventType = parsed.ok ? parsed.event.event_type : null;
  return { file, valid: parsed.ok, eventType, problems, unknownFields: parsed.unknownFields };
}

function syntaxProblem(bytes: Buffer, { message }: { message: string }): Problem {
  const problem = { path: '(root)', rule: 'R6' };
  const encoding = findEncodingProblem(bytes);
  if (encoding) {
    const place = placeAt(bytes.subarray(0, encoding.offset).toString('utf8'));
    return { ...problem, ...place, message: `is not JSON: ${encoding.message}, from byte ${encoding.offset} on` };
  }
  const text = bytes.toString('utf8');
  // For a byte order mark, the parser only reports an invalid symbol.
  const mistake = text.startsWith('\ufeff') ? null : firstMistake(text);
  if (!mistake) return { ...problem, line: 1, column: 1, message: `is not JSON: ${message}` };
  const { words, ...place } = mistake;
  return { ...problem, ...place, message: `is not JSON: ${words}` };
}

function validationLines(result: Validation, style: Style): string[] {
  const { valid, eventType, problems, unknownFields } = result;
  const file = safeLine(result.file);
  const say = (text: string, indent: string): string[] => block(text, { indent, columns: Infinity, maxLines: 10 });
  const notes = unknownFields.flatMap((path) => say(`? ${path} is not on Suvvy's page`, '  ')).map(style.yellow);
  if (valid) return [`${style.green('✔')} ${file}  ${safeLine(eventType ?? '')}`, ...notes];
  return [
    ...problems.flatMap(({ path, message, rule, line, column }) =>
      say(`${file}:${line}:${column}: ${safeLine(path)} ${safeLine(message)} (${rule})`, ''),
    ),
    ...notes,
  ];
}
