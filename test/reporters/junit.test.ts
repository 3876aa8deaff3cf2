import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { junit } from '../../src/reporters/junit.ts';
import { hostileText } from './hostile-text.ts';
import { caseResult, reportSaying, sampleReport, view } from './sample-report.ts';

/**
 * Elements, their attributes and what may stand in them: what Jenkins' junit-10.xsd (xunit-plugin), pytest's xunit2
 * and GitLab's parser have in common.
 */
const table: Record<string, { required: string[]; optional?: string[]; children: string[]; text?: true }> = {
  testsuites: { required: ['name', 'tests', 'failures', 'errors', 'time'], children: ['testsuite'] },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'],
    optional: ['timestamp'],
    children: ['testcase', 'system-out'],
  },
  testcase: { required: ['classname', 'name', 'time'], children: ['skipped', 'error', 'failure', 'system-out'] },
  skipped: { required: ['message', 'type'], children: [], text: true },
  error: { required: ['message', 'type'], children: [], text: true },
  failure: { required: ['message', 'type'], children: [], text: true },
  'system-out': { required: [], children: [], text: true },
};

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const token = /<\/([\w-]+)>|<([\w-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
// https://www.w3.org/TR/xml/#charsets, without the carriage return, which parsers turn into a newline.
const xmlText = /^[\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** A parser that knows less than XML allows, so that what it takes is XML. */
function parse(xml: string): Element {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  expect(xml.startsWith(head)).toBe(true);
  expect(xml).toMatch(xmlText);
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let end = head.length;
  token.lastIndex = end;
  for (let match = token.exec(xml); match; match = token.exec(xml)) {
    end = token.lastIndex;
    const [, closing, opening, attributes = '', selfClosing, text] = match;
    const parent = open.at(-1)!;
    if (closing && open.pop()!.name !== closing) throw new Error(`</${closing}> closes another element`);
    if (text) parent.text += unescape(text);
    if (!opening) continue;
    const element = { name: opening, attributes: parseAttributes(attributes), children: [], text: '' };
    parent.children.push(element);
    if (!selfClosing) open.push(element);
  }
  expect(end).toBe(xml.length);
  expect(open).toEqual([root]);
  expect(root.children).toHaveLength(1);
  return root.children[0]!;
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescape(value!)] as const);
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

function unescape(text: string): string {
  expect(text).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)|\]\]>/);
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&([#\w]+);/g, (_all, name: string) => characters[name]!);
}

function holdToTable({ name, attributes, children, text }: Element): void {
  const entry = table[name];
  if (!entry) throw new Error(`<${name}> is not in the table`);
  const names = Object.keys(attributes);
  expect(names).toEqual(expect.arrayContaining(entry.required));
  expect([...entry.required, ...(entry.optional ?? [])]).toEqual(expect.arrayContaining(names));
  // The pattern of the schema asks for digits, and a reader for a finite number.
  expect(attributes['time'] ?? '0.000').toMatch(/^\d+\.\d{3}$/);
  expect(entry.text ? '' : text.trim()).toBe('');
  for (const child of children) {
    expect(entry.children).toContain(child.name);
    holdToTable(child);
  }
}

function suiteOf(xml: string): Element {
  return parse(xml).children[0]!;
}

describe('structure', () => {
  const suite = suiteOf(junit.render(sampleReport(), view));
  const byName = (name: string): Element => suite.children.find(({ attributes }) => attributes['name'] === name)!;

  test.each([
    ['deliver/text-ai', []],
    ['deliver/two-texts', ['failure']],
    ['event/unknown', ['system-out']],
    ['auth/wrong', ['system-out']],
    ['robust/not-json', ['system-out']],
    ['net/keep-alive-reuse', ['system-out']],
    ['net/tls', ['skipped']],
    ['limits/body-size', ['error']],
  ])('%s: %j', (id, inside) => {
    expect(byName(id).children.map(({ name }) => name)).toEqual(inside);
  });

  test('the counts are those of the elements', () => {
    const all = suite.children.flatMap(({ children }) => children.map(({ name }) => name));
    const of = (name: string): string => String(all.filter((one) => one === name).length);
    expect(suite.attributes).toMatchObject({ failures: of('failure'), errors: of('error'), skipped: of('skipped') });
    expect(suite.attributes['tests']).toBe(String(suite.children.filter(({ name }) => name === 'testcase').length));
  });

  test('the whole explanation is the content: GitLab ignores the message', () => {
    const { text } = byName('deliver/two-texts').children[0]!;
    expect(text).toContain('“and respond within 20 seconds.”');
    expect(text).toContain('curl -i --max-time 20');
    expect(text).toContain('--only deliver/two-texts');
  });

  test('a waiver that makes the run fail is a failure', () => {
    const cases = [caseResult('auth/wrong', { outcome: 'waived', gating: true })];
    const xml = junit.render(sampleReport({ cases }), view);
    expect(suiteOf(xml).children[0]!.children[0]!.name).toBe('failure');
  });

  test.each([NaN, Infinity, -1, 1e300])('a time of %d', (durationMs) => {
    const report = sampleReport();
    const root = parse(junit.render({ ...report, run: { ...report.run, durationMs } }, view));
    expect(root.attributes['time']).toMatch(/^\d+\.\d{3}$/);
  });

  test('no file is attached because a receiver says so', () => {
    expect(junit.render(reportSaying('[[ATTACHMENT|/etc/passwd]]'), view)).not.toMatch(/\[\[ATTACHMENT\|.+<\//);
  });
});

test('whatever a receiver says, it is XML of the table, with unique names', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const root = parse(junit.render(reportSaying(text), view));
      holdToTable(root);
      const testcases = root.children[0]!.children.filter(({ name }) => name === 'testcase');
      const names = testcases.map(({ attributes }) => `${attributes['classname']}\0${attributes['name']}`);
      expect(new Set(names).size).toBe(9);
    }),
  );
});

const python = spawnSync('python3', ['-c', 'import xml.etree.ElementTree'], { encoding: 'utf8' });

test.skipIf(python.status !== 0)('expat reads it too (skipped without python3)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'junit-'));
  const texts = fc.sample(hostileText, 200);
  const files = texts.map((text, at) => {
    const path = join(folder, `${at}.xml`);
    writeFileSync(path, junit.render(reportSaying(text), view));
    return path;
  });
  const script =
    'import sys, xml.etree.ElementTree as e\nfor f in sys.argv[1:]: assert len(e.parse(f).findall(".//testcase")) == 9';
  const { status, stderr } = spawnSync('python3', ['-c', script, ...files], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
