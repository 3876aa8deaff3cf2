import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/config/read-yaml.ts';
import { HookError } from '../../src/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { scenarioJsonSchema, scenarioSchema } from '../../src/scenario/schema.ts';

function parse(text: string) {
  return parseScenario(readYaml(Buffer.from(text), 'case.yaml'), 'case.yaml');
}

function problemOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof HookError) return [error.message, ...(error.hint ? [error.hint] : [])].join(' | ');
    throw error;
  }
  return 'none';
}

const head = 'name: x\nmessenger: { port: 9100 }\nsteps:\n  - ';
const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(scenarioJsonSchema());

const good: string[] = [
  'post: http://localhost:3000/telegram\n    file: update.json',
  'post: /telegram\n    json: { a: [1, null] }',
  'post: /telegram\n    body: hello',
  'expect: customer',
  'expect: customer\n    within: 5s\n    chat_id: "42"\n    text: { match: "^hello" }\n    type: image',
  'expect: messenger\n    text: Here you are\n    chat_id: "42"',
  'expect: messenger\n    text: { contains: Here }',
  'expect: nothing',
  'expect: nothing\n    from: customer\n    for: 2s\n    text: { contains: x }',
  'bot: Hi',
  'bot: { text: Hi }',
  'bot: [Hi, { text: there }, { image: a.jpg }, { audio: a.mp3 }, { document: a.pdf }]\n    fetched: 5s\n    delivered: false\n    chat_id: "7"',
  'employee: [{ text: Hi }]',
];

/** What a file has, where the mistake is, what is said of it. */
const bad: [text: string, place: string, words: string][] = [
  ['expct: customer', '4:5', 'did you mean "expect"?'],
  ['expect: customer\n    witin: 5s', '5:5', 'did you mean "within"?'],
  ['expect: customer\n    text: { mtch: x }', '5:13', 'did you mean "match"?'],
  ['expect: customer\n    chat_id: 42', '5:5', 'write it in quotes: "42"'],
  ['expect: customer\n    within: 5', '5:5', 'did you mean 5s?'],
  ['expect: customer\n    within: soon', '5:5', 'must be a duration'],
  ['expect: customer\n    text: 5', '5:5', 'write it in quotes: "5"'],
  ['expect: customer\n    type: film', '5:5', 'must be text, image'],
  ['expect: customer\n    for: 5s', '5:5', 'is not known here'],
  ['expect: custmer', '4:5', 'must be customer, messenger or nothing'],
  ['expect: messenger\n    type: image', '5:5', 'is not known here'],
  ['expect: nothing\n    from: bot', '5:5', 'must be customer or messenger'],
  ['expect: nothing\n    within: 5s', '5:5', 'is not known here'],
  ['post: /telegram', '4:5', 'has nothing to post: give it file, json or body'],
  ['post: /telegram\n    file: a\n    body: b', '6:5', 'is one too many: there is file already'],
  ['post: 5\n    body: b', '4:5', 'must be a string'],
  ['post: /x\n    body: 5', '5:5', 'must be a string'],
  ['bot: []', '4:5', 'has no message in it'],
  ['bot: { imge: a.jpg }', '4:12', 'did you mean "image"?'],
  ['bot: [5]', '4:11', 'write it in quotes: "5"'],
  ['bot: Hi\n    delivered: yes please', '5:5', 'must be true or false'],
  ['bot: Hi\n    employee: Hi', '5:5', 'is a step of its own'],
  ['{}', '4:5', 'is empty: a step has post, expect, bot or employee'],
  ['just words', '4:5', 'must be an object with post, expect, bot or employee'],
];

/** The schema cannot tell these, or need not. */
const beyondSchema: [text: string, place: string, words: string][] = [
  ['expect: customer\n    text: { match: "(" }', '5:13', 'is no regular expression'],
  ['post: ftp://example.com\n    body: b', '4:5', 'is not an http(s) URL'],
  ['bot: Hi\n    fetched: 5s', '5:5', 'there is no file to download'],
];

describe('a scenario', () => {
  test.each(good)('is taken by the parser and by the published schema: %s', (text) => {
    expect(problemOf(head + text)).toBe('none');
    expect(isValid(readYaml(Buffer.from(head + text), 'case.yaml').value)).toBe(true);
  });

  test.each(bad)('is refused by both, with line and column: %s', (text, place, words) => {
    expect(problemOf(head + text)).toMatch(new RegExp(`^case\\.yaml:${place}: `));
    expect(problemOf(head + text)).toContain(words);
    expect(isValid(readYaml(Buffer.from(head + text), 'case.yaml').value)).toBe(false);
  });

  test.each(beyondSchema)('is refused by the parser, with line and column: %s', (text, place, words) => {
    expect(problemOf(head + text)).toMatch(new RegExp(`^case\\.yaml:${place}: `));
    expect(problemOf(head + text)).toContain(words);
  });

  test.each([
    ['nam: x\nsteps: [{expect: customer}]', 'case.yaml:1:1: nam is not known here | did you mean "name"?'],
    ['steps: [{expect: customer}]', 'case.yaml:1:1: there is no name'],
    ['name: 5\nsteps: [{expect: customer}]', 'write it in quotes: "5"'],
    ['name: x', 'there are no steps'],
    ['name: x\nsteps: []', 'case.yaml:2:1: steps must be a list of steps'],
    ['name: x\nsteps: {}', 'case.yaml:2:1: steps must be a list of steps'],
    ['name: x\nmessenger: 9100\nsteps: [{expect: customer}]', 'case.yaml:2:1: messenger must be an object with port'],
    [
      'name: x\nmessenger: {port: 70000}\nsteps: [{expect: customer}]',
      'case.yaml:2:13: messenger.port must be a whole number',
    ],
    ['name: x\nmessenger: {}\nsteps: [{expect: customer}]', 'has no port'],
    ['- a', 'must be an object with'],
  ])('as a whole is refused by both: %s', (text, words) => {
    expect(problemOf(text)).toContain(words);
    expect(scenarioSchema.safeParse(readYaml(Buffer.from(text), 'case.yaml').value).success).toBe(false);
  });

  test('that waits for a messenger needs one', () => {
    expect(problemOf('name: x\nsteps:\n  - expect: messenger')).toContain('name its port: messenger: { port: 9100 }');
    expect(problemOf('name: x\nsteps:\n  - { expect: nothing, from: messenger }')).toContain('case.yaml:3:5');
  });

  test('may be JSON', () => {
    const scenario = parse('{"name": "x", "steps": [{"expect": "customer", "text": "a"}, {"bot": "b"}]}');
    expect(scenario.steps).toMatchObject([
      { kind: 'customer', withinMs: 5000, matcher: { text: 'a' } },
      { kind: 'say', parts: [{ type: 'text', content: 'b' }], delivered: true },
    ]);
  });

  test('every key of the schema is one that the parser knows', () => {
    const keys = (schema: { shape: object }): string[] => Object.keys(schema.shape);
    expect(problemOf('zzzzzzzzz: 1')).toContain(`it is one of ${keys(scenarioSchema).join(', ')}`);
  });
});

test.each([150, 300, 600, 1000, 20_000])('a scenario nested %i levels deep is exit 2 in plain words', (levels) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{a: ', '}'],
  ] as const) {
    const json = open.repeat(levels) + close.repeat(levels);
    const problem = problemOf(`${head}post: /x\n    json: ${json}`);
    expect(problem).toMatch(
      levels > 200 ? /^case\.yaml:5:\d+: the lists and objects are nested too deeply$/ : /none|deeply$/,
    );
  }
});
