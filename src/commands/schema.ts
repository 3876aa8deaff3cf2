import { Argument } from 'commander';
import { ExitCode } from '../errors.ts';
import { packageVersion } from '../version.ts';
import type { Register } from './context.ts';

const formats = ['json-schema', 'openapi'] as const;

export const registerSchema: Register = (command, { host, finish }) => {
  command
    .description('Print the contract as JSON Schema (2020-12), or as OpenAPI 3.1 with a webhook.')
    .addArgument(new Argument('[format]', 'what to print').choices(formats).default('json-schema'))
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook schema > event.schema.json
  $ suvvy-hook schema openapi > openapi.json`,
    )
    .action(async (format: (typeof formats)[number]) => {
      const { eventJsonSchema, eventOpenApi } = await import('../contract/json-schema.ts');
      const document = format === 'openapi' ? eventOpenApi(packageVersion()) : eventJsonSchema();
      host.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      finish(ExitCode.ok);
    });
};
