import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkReportSchema } from '../../src/checks/report-schema.ts';
import { configSchema } from '../../src/config/schema.ts';
import { eventJsonSchema, eventOpenApi } from '../../src/contract/json-schema.ts';
import { json } from '../../src/reporters/json.ts';
import { scenarioJsonSchema } from '../../src/scenario/schema.ts';
import { packageVersion } from '../../src/version.ts';
import { everythingHostile } from './hostile-text.ts';
import { reportSaying, sampleReport, soundReport, view } from './sample-report.ts';

interface Published {
  name: string;
  title: string;
  description: string;
  schema: z.ZodType;
}

const published: Published[] = [
  {
    name: 'check-report',
    title: 'Report of suvvy-hook check',
    description:
      'What `suvvy-hook check --report json` writes: schemaVersion 1. Readers ignore members that they do not know.',
    schema: checkReportSchema,
  },
  {
    name: 'config',
    title: 'suvvy-hook.config.json',
    description:
      'Settings of suvvy-hook check for one project. Flags win over the environment, which wins over this file.',
    schema: configSchema,
  },
];

/** As it is published. What goes into a schema is checked, so members that a later version adds are let through. */
function jsonSchema({ name, title, description, schema }: Published): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, $id: `https://unpkg.com/suvvy-hook/schemas/${name}.schema.json`, title, description, ...rest };
}

function compile(schema: object): (value: unknown) => unknown {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : validate.errors);
}

describe.each(published)('$name', (entry) => {
  test('the published schema is up to date (else: vitest run test/reporters -u)', async () => {
    const text = `${JSON.stringify(jsonSchema(entry), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`../../schemas/${entry.name}.schema.json`);
  });

  test('it is a schema of draft 2020-12', () => {
    expect(() => compile(jsonSchema(entry))).not.toThrow();
  });
});

test.each([
  ['event.schema.json', eventJsonSchema()],
  ['event.openapi.json', eventOpenApi(packageVersion())],
  ['scenario.schema.json', scenarioJsonSchema()],
])(
  'the published %s is what the schema command prints (else: vitest run test/reporters -u)',
  async (name, document) => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(`../../schemas/${name}`);
  },
);

describe('a JSON report', () => {
  const errorsOf = compile(jsonSchema(published[0]!));

  test.each([
    ['with every outcome', sampleReport()],
    ['of a sound receiver', soundReport()],
    ['of a hostile one', reportSaying(everythingHostile)],
  ])('%s is valid', (_name, report) => {
    expect(errorsOf(JSON.parse(json.render(report, view)))).toEqual([]);
  });

  test.each([
    ['another version', { schemaVersion: 2 }],
    ['no summary', { summary: undefined }],
    ['an unknown outcome', { cases: [{ ...sampleReport().cases[0], outcome: 'maybe' }] }],
    ['half a number of cases', { summary: { ...sampleReport().summary, total: 0.5 } }],
  ])('%s is not', (_name, change) => {
    expect(errorsOf(JSON.parse(JSON.stringify({ ...sampleReport(), ...change })))).not.toEqual([]);
  });
});

describe('a config', () => {
  const errorsOf = compile(jsonSchema(published[1]!));
  const waiver = { case: 'auth/wrong', reason: 'the proxy checks', until: '2030-01-31' };

  test('is valid', () => {
    const config = {
      $schema: './node_modules/suvvy-hook/schemas/config.schema.json',
      profile: 'full',
      report: ['junit=report.xml'],
      accept: { 'event/unknown': ['422', '2xx'] },
      levels: { 'event/unknown': 'MAY' },
      waivers: [waiver],
    };
    expect(errorsOf(config)).toEqual([]);
  });

  test.each([
    ['a mistyped member', { profil: 'full' }],
    ['a level that is none', { levels: { 'event/unknown': 'NEVER' } }],
    ['a waiver without a reason', { waivers: [{ case: 'auth/wrong' }] }],
    ['a day that is none', { waivers: [{ ...waiver, until: '2030-02-31' }] }],
  ])('with %s is not', (_name, config) => {
    expect(errorsOf(config)).not.toEqual([]);
  });
});
