import * as z from 'zod';
import { anyEventSchema, eventSchemas, messageSchema } from './schemas.ts';

type JsonSchema = Record<string, unknown>;

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/**
 * The contract as JSON Schema 2020-12. It accepts any event that Suvvy may send (R8), with unknown fields and event
 * types.
 *
 * @example writeFileSync('event.schema.json', JSON.stringify(eventJsonSchema()));
 */
export function eventJsonSchema(): JsonSchema {
  return {
    $schema: dialect,
    $id: 'https://unpkg.com/suvvy-hook/schemas/event.schema.json',
    title: 'Suvvy event',
    description: 'What Suvvy POSTs to the webhook of a custom channel. Fields that are not listed may come.',
    $ref: '#/$defs/Event',
    $defs: eventDefinitions('#/$defs/'),
  };
}

/**
 * The same contract as an OpenAPI 3.1 document with one webhook.
 *
 * @example writeFileSync('openapi.json', JSON.stringify(eventOpenApi('1.0.0')));
 */
export function eventOpenApi(version: string): JsonSchema {
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: dialect,
    info: {
      title: 'Suvvy custom channel webhook',
      version,
      description: 'What Suvvy POSTs to the webhook of a custom channel, and what it wants back.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    webhooks: { event: { post: operation } },
    components: {
      securitySchemes: {
        webhookSecret: { type: 'http', scheme: 'bearer', description: 'The webhook secret, if one is set (R7).' },
      },
      schemas: eventDefinitions('#/components/schemas/'),
    },
  };
}

const operation: JsonSchema = {
  operationId: 'receiveEvent',
  summary: 'An event of Suvvy',
  description:
    'One request, no retry is documented (R3). It comes from changing addresses in the Russian Federation (R4, R5).',
  security: [{ webhookSecret: [] }, {}],
  requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Event' } } } },
  responses: {
    '2XX': { description: 'Within 20 seconds: delivered (R1, R2). Any body will do.' },
    default: { description: 'Anything else: the messages are undelivered, and lost (R3).' },
  },
};

function eventDefinitions(base: string): Record<string, JsonSchema> {
  const ref = (name: string): JsonSchema => ({ $ref: base + name });
  const newMessages = definition(eventSchemas.new_messages);
  const properties = newMessages['properties'] as Record<string, JsonSchema>;
  properties['new_messages'] = { ...properties['new_messages'], items: ref('Message') };
  const otherEvent = definition(anyEventSchema);
  (otherEvent['properties'] as Record<string, JsonSchema>)['event_type']!['not'] = { enum: Object.keys(eventSchemas) };
  return {
    Event: { oneOf: [ref('NewMessages'), ref('TestRequest'), ref('OtherEvent')] },
    NewMessages: newMessages,
    TestRequest: definition(eventSchemas.test_request),
    OtherEvent: {
      ...otherEvent,
      description: 'An event type that the page does not list yet (R8): to be ignored (R11).',
    },
    Message: definition(messageSchema),
  };
}

function definition(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return rest;
}
