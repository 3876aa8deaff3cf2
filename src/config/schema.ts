import * as z from 'zod';

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, { error: 'must be a duration such as 20s or 500ms' });

const statusPattern = z
  .string()
  .regex(/^[1-9](\d\d|\dx|xx)$/, { error: 'must be a status such as "422", or a class such as "4xx"' });

const caseIds = 'ids and globs of cases, as in npx suvvy-hook check --list';

/**
 * `suvvy-hook.config.json`: a zod schema. A flag overrides the environment, and the environment overrides this file.
 */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    url: z.string().describe('the webhook to check').optional(),
    profile: z.enum(['smoke', 'default', 'full']).describe('which cases run').optional(),
    only: z.array(z.string()).describe(`${caseIds}: instead of the profile`).optional(),
    skip: z.array(z.string()).describe(`${caseIds}: left out`).optional(),
    gate: z
      .enum(['lenient', 'default', 'strict'])
      .describe('which levels make a run fail: MUST; MUST and SHOULD; MUST, SHOULD and MAY')
      .optional(),
    report: z.array(z.string()).describe('as --report: FORMAT=PATH, the path below the folder of this file').optional(),
    chatId: z
      .union([z.string(), z.literal(false)])
      .describe('the chat_id of the events that are sent; false sends none')
      .optional(),
    timeout: duration.describe('how long to wait for an answer').optional(),
    wait: duration.describe('how long to wait until the target is up').optional(),
    maxP95: duration.describe('budget for perf/budget').optional(),
    maxLatency: duration.describe('budget for perf/budget').optional(),
    expectFetch: duration.describe('files have to be downloaded within this time').optional(),
    assetHost: z.string().describe('where files are served').optional(),
    fileBaseUrl: z.string().describe('the base URL of the files, if they are not served from here').optional(),
    fixtures: z.string().describe('a folder of your own fixtures, below the folder of this file').optional(),
    accept: z
      .record(z.string(), z.array(statusPattern))
      .describe('more statuses that are correct, by case: {"event/unknown": ["422"]}')
      .optional(),
    levels: z
      .record(z.string(), z.enum(['MUST', 'SHOULD', 'MAY', 'OBS']))
      .describe('another level, by case: {"event/unknown": "MAY"}')
      .optional(),
    waivers: z
      .array(
        z.strictObject({
          case: z.string().describe('the id of a case'),
          reason: z.string().min(1, { error: 'must say why' }).describe('why the failure is accepted for now'),
          until: z.iso
            .date({ error: 'must be a day such as 2030-01-31' })
            .describe('the last day that it holds')
            .optional(),
        }),
      )
      .describe('waived failures: known, and accepted for a while; a waiver that is no longer needed fails the run')
      .optional(),
  })
  .describe('suvvy-hook.config.json: how suvvy-hook works in this project');

export type Config = z.infer<typeof configSchema>;
