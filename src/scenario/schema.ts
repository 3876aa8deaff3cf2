import * as z from 'zod';
import { fileMessageTypes, messageTypeNames } from '../contract/message-types.ts';

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/);

const text = z
  .union([
    z.string().describe('the whole text'),
    z.strictObject({ match: z.string().describe('a regular expression, such as ^hello or /^hello/i') }),
    z.strictObject({ contains: z.string().describe('a part of the text') }),
  ])
  .describe('what the text has to be');

const message = z.union([
  z.string(),
  z.strictObject({ text: z.string() }),
  ...fileMessageTypes.map((type) => z.strictObject({ [type]: z.string() })),
]);

const messages = z.union([message, z.array(message).min(1)]);

const post = z.string().describe("where the app's messenger posts to; a path alone is at the host of the webhook");

const within = duration.describe('how long to wait for it; 5s by default').optional();

const chatId = z.string().describe('the whole chat_id').optional();

const type = z.enum(messageTypeNames as [string, ...string[]]).optional();

const said = {
  chat_id: z.string().describe('default: the chat of the last customer').optional(),
  delivered: z.boolean().describe('whether the webhook has to take it; true by default').optional(),
  fetched: duration.describe('its files have to be downloaded within this time').optional(),
};

const step = z.union([
  z.strictObject({ post, file: z.string().describe('the body: a file, its path begins at this file') }),
  z.strictObject({ post, json: z.unknown().describe('the body, as JSON') }),
  z.strictObject({ post, body: z.string().describe('the body, as it is') }),
  z.strictObject({ expect: z.literal('customer'), within, text: text.optional(), type, chat_id: chatId }),
  z.strictObject({ expect: z.literal('messenger'), within, text: text.optional(), chat_id: chatId }),
  z.strictObject({
    expect: z.literal('nothing'),
    from: z.enum(['customer', 'messenger']).describe('default: either').optional(),
    for: duration.describe('how long nothing may come; 1s by default').optional(),
    text: text.optional(),
    type,
    chat_id: chatId,
  }),
  z.strictObject({ bot: messages, ...said }),
  z.strictObject({ employee: messages, ...said }),
]);

/** The file of a scenario as a zod schema: the published JSON Schema is made from it. `parse.ts` says where a file breaks it. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).describe('what reports call it'),
  webhook: z.string().describe('the webhook of the app; --url and SUVVY_WEBHOOK_URL come before it').optional(),
  messenger: z
    .strictObject({ port: z.int().min(1).max(65_535) })
    .describe('catches what the app sends out to its messenger, on this machine')
    .optional(),
  steps: z.array(step).min(1),
});

/** `schemas/scenario.schema.json`. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: 'https://unpkg.com/suvvy-hook/schemas/scenario.schema.json',
    title: 'A scenario of suvvy-hook',
    description: 'What an app does between its messenger and Suvvy, step by step.',
    ...rest,
  };
}
