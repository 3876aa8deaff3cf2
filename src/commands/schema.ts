import { Argument } from 'commander';
import { ExitCode } from '../errors.ts';
import { packageVersion } from '../version.ts';
import type { Register } from './context.ts';

const formats = ['json-schema', 'openapi', 'scenario'] as const;

export const registerSchema: Register = (command, { host, finish }) => {
  command
    .description(
      'Print the contract as JSON Schema (2020-12), or as OpenAPI 3.1 with a webhook; or the JSON Schema of a scenario.',
    )
    .addArgument(new Argument('[format]', 'what to print').choices(formats).default('json-schema'))
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook schema > event.schema.json
  $ suvvy-hook schema openapi > openapi.json
  $ suvvy-hook schema scenario > scenario.schema.json`,
    )
    .action(async (format: (typeof formats)[number]) => {
      host.stdout.write(`${JSON.stringify(await documentOf(format), null, 2)}\n`);
      finish(ExitCode.ok);
    });
};

async function documentOf(format: (typeof formats)[number]): Promise<object> {
  if (format === 'scenario') return (await import('../scenario/schema.ts')).scenarioJsonSchema();
  const { eventJsonSchema, eventOpenApi } = await import('../contract/json-schema.ts');
  return format === 'openapi' ? eventOpenApi(packageVersion()) : eventJsonSchema();
}
