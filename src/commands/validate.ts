import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { parseEvent } from '../contract/event.ts';
import { parseBody } from '../contract/parse-body.ts';
import { ExitCode } from '../errors.ts';
import type { Style } from '../host.ts';
import { block } from '../text/layout.ts';
import { jsonLine, safeLine } from '../text/safe.ts';
import type { Context, GlobalOptions, Register } from './context.ts';
import { readInput } from './flags/input.ts';

/** One problem, and where it stands in the file: line and column from 1, in characters. */
interface Problem {
  path: string;
  message: string;
  rule: string;
  line: number;
  column: number;
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
      'Hold payload files against the contract, with line and column of each problem. Exit 1 if there are any.',
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
  const text = bytes.toString('utf8');
  const body = parseBody(bytes);
  if (!body.ok)
    return { file, valid: false, eventType: null, problems: [syntaxProblem(text, body)], unknownFields: [] };

  const parsed = parseEvent(body.value);
  const tree = parseTree(text);
  const issues = parsed.ok ? [] : parsed.issues;
  const problems = issues.map(({ path, steps, message, rule }): Problem => {
    return { path, message, rule, ...placeOf(text, nearestNode(tree, [...steps])?.offset ?? 0) };
  });
  const eventType = parsed.ok ? parsed.event.event_type : null;
  return { file, valid: parsed.ok, eventType, problems, unknownFields: parsed.unknownFields };
}

/** Where a value stands, or the thing that it is missing from. */
function nearestNode(tree: Node | undefined, steps: (string | number)[]): Node | undefined {
  if (!tree) return undefined;
  for (let length = steps.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, steps.slice(0, length));
    if (node) return node;
  }
  return tree;
}

function syntaxProblem(text: string, { message }: { message: string }): Problem {
  const error = firstSyntaxError(text);
  if (!error) return { path: '(root)', rule: 'R6', line: 1, column: 1, message: `is not JSON: ${message}` };
  const words = printParseErrorCode(error.error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return { path: '(root)', rule: 'R6', ...placeOf(text, error.offset), message: `is not JSON: ${words}` };
}

function firstSyntaxError(text: string): ParseError | undefined {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested so deeply that the parser ran out of stack: whoever asked knows that already.
  }
  return errors[0];
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: [...before.at(-1)!].length + 1 };
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
