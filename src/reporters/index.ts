import { github } from './github.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { pretty } from './pretty.ts';
import type { Reporter } from './reporter.ts';

export type { Reporter } from './reporter.ts';

/** Every form that a report comes in. Another one is its file and a line here. */
export const reporters: readonly Reporter[] = [pretty, json, ndjson, junit, markdown, html, github];
