import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/contract/event.ts';
import { listFixtures } from '../../src/fixtures/list.ts';
import { run } from '../helpers/fake-host.ts';

const schema = JSON.parse((await run(['schema'])).out);
const ajv = new Ajv2020({ formats: { uri: (text: string) => URL.canParse(text) } });
const validate = ajv.compile(schema);

describe('the schema that suvvy-hook schema prints', () => {
  test('is valid JSON Schema 2020-12', () => {
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  test('accepts every fixture', async () => {
    for (const { name, path } of await listFixtures())
      expect({ name, valid: validate(JSON.parse(readFileSync(path, 'utf8'))) }).toEqual({ name, valid: true });
  });

  const file = { name: 'a', url: 'https://x.example/a', size_bytes: 1, mime_type: 'image/png' };
  test.each([
    [{}],
    [[]],
    [{ event_type: 5 }],
    [{ event_type: 'new_messages' }],
    [{ event_type: 'test_request', new_messages: [] }],
    [{ event_type: 'new_messages', new_messages: [{ type: 'hologram', message_sender: 'ai' }] }],
    [{ event_type: 'new_messages', new_messages: [{ type: 'text', message_sender: 'ai', text: 'x', file }] }],
    [
      {
        event_type: 'new_messages',
        new_messages: [{ type: 'image', message_sender: 'ai', file: { ...file, size_bytes: 1.5 } }],
      },
    ],
    [
      {
        event_type: 'new_messages',
        new_messages: [{ type: 'image', message_sender: 'ai', file: { ...file, mime_type: 'image/webp' } }],
      },
    ],
    [
      {
        event_type: 'new_messages',
        new_messages: [{ type: 'document', message_sender: 'ai', file: { ...file, mime_type: 'x' } }],
      },
    ],
    [{ event_type: 'new_messages', chat_id: 5, new_messages: [] }],
  ])('refuses %j, as parseEvent does', (body) => {
    expect({ schema: validate(body), parser: parseEvent(body).ok }).toEqual({ schema: false, parser: false });
  });
});

test('suvvy-hook schema openapi prints a valid OpenAPI 3.1 document', async () => {
  const document = JSON.parse((await run(['schema', 'openapi'])).out);
  const result = await new Validator().validate(document);
  expect(result).toMatchObject({ valid: true });
  expect(document.webhooks.event.post.requestBody.content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/Event',
  });
});

test('suvvy-hook schema suggests a format for an unknown one', async () => {
  expect(await run(['schema', 'yaml'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Allowed choices are json-schema, openapi'),
  });
});
