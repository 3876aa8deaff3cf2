import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { block, padEnd, truncate, width } from '../../src/text/layout.ts';
import { clip, escapeJson, jsonLine, safe, safeLine } from '../../src/text/safe.ts';
import { commandsIn } from '../helpers/ci-commands.ts';
import { everythingHostile, hostileText } from '../reporters/hostile-text.ts';

// Cf, but drawn: number signs and the like of Arabic, Syriac and Kaithi, and the joiners.
const harmlessFormat = new Set([
  0x200c, 0x200d, 0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd, 0x110cd, 0x600, 0x601, 0x602, 0x603, 0x604, 0x605,
]);

const invisible: [from: number, to: number][] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
];

function isDangerous(code: number): boolean {
  if (code === 0x0a || code === 0x09) return false;
  if (invisible.some(([from, to]) => code >= from && code <= to)) return true;
  if ((code & 0xfffe) === 0xfffe) return true;
  const character = String.fromCodePoint(code);
  if (/[\p{Cc}\p{Bidi_Control}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) return true;
  return /\p{Cf}/u.test(character) && !harmlessFormat.has(code);
}

function dangerousIn(text: string): string[] {
  return [...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter(isDangerous)
    .map((code) => `U+${code.toString(16)}`);
}

const awkward = fc.constantFrom(
  '\ud800',
  '\udc00',
  '\u202e',
  '\x1b[31m',
  '\x9b',
  '\r\n',
  '\n',
  '\t',
  ' ',
  '  ',
  '\\',
  '\\x1b',
  'word',
  'я',
  '👩‍👩‍👧‍👦',
  '👍🏽',
  '🇷🇺',
  '🇦',
  '1️⃣',
  '❤️',
  '⚀',
  '\u200d',
  '\u200c',
  '\ufe0f',
  '\u20e3',
  '漢',
  '각',
  'ᄀ',
  'ᅡ',
  'e\u0301',
  '\u0301',
  'क्ष',
  '\u094d',
  '\u0600',
  'שלום',
  'مرحبا',
  '\u{e0041}',
  '\u{e0100}',
  'ｆ',
  '🏿',
);

// 'binary' draws any UTF-16 unit or code point, lone surrogates included.
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(awkward, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.array(fc.oneof(awkward, fc.string({ unit: 'binary' })), { maxLength: 20 }).map((parts) => parts.join('')),
);

const segmentsOf = (text: string): Intl.Segments => new Intl.Segmenter('en').segment(text);

/** What the C library of this system says of every code point, -1 for those that it does not know. */
function systemWidths(): Int8Array | null {
  const script = `
import array, ctypes, locale, sys
locale.setlocale(locale.LC_CTYPE, 'C.UTF-8')
wcwidth = ctypes.CDLL(None).wcwidth
sys.stdout.buffer.write(array.array('b', map(wcwidth, range(0x110000))).tobytes())`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { maxBuffer: 2 ** 21, timeout: 15_000 });
  return status === 0 ? new Int8Array(stdout) : null;
}

const runs = { numRuns: 1000 };

describe('safe makes untrusted text harmless', () => {
  it.each([
    ['plain', 'hello', 'hello'],
    ['layout', 'a\n\tb', 'a\n\tb'],
    ['ANSI', '\x1b[31mred\x1b[0m', String.raw`\x1b[31mred\x1b[0m`],
    ['OSC', '\x9d0;title\x07', String.raw`\x9d0;title\x07`],
    ['CR', 'a\r\nb', 'a\\x0d\nb'],
    ['bidi', 'a\u202eb\u2066', String.raw`a\u202eb\u2066`],
    ['separators', '\u2028\u2029', String.raw`\u2028\u2029`],
    ['zero width', '\u200b\u2060\ufeff\u00ad', String.raw`\u200b\u2060\ufeff\xad`],
    ['tags', '\u{e0041}\u{e0100}', String.raw`\u{e0041}\u{e0100}`],
    ['fillers', '\u115f\u3164\uffa0', String.raw`\u115f\u3164\uffa0`],
    ['lone surrogates', '\udc00a\ud800', String.raw`\udc00a\ud800`],
    ['noncharacters', '\ufffe\u{1ffff}', String.raw`\ufffe\u{1ffff}`],
    ['backslashes', String.raw`\x1b \\ \n`, String.raw`\x1b \\ \n`],
    ['families', '👩‍👩‍👧‍👦 ❤️ 1️⃣ 🇷🇺', '👩‍👩‍👧‍👦 ❤️ 1️⃣ 🇷🇺'],
    ['ZWNJ', 'می‌خواهم', 'می‌خواهم'],
    ['Cyrillic', 'Привет, ёлка', 'Привет, ёлка'],
    ['Arabic signs', '\u06dd\u0600', '\u06dd\u0600'],
  ])('in the case "%s"', (_name, text, expected) => {
    expect(safe(text)).toBe(expected);
  });

  test('every dangerous code point becomes ASCII, and the others stay unless they are invisible', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const result = safe(character);
      const escaped = /^\\(x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]{5,6}\})$/.test(result);
      const mayEscape = isDangerous(code) || /\p{Default_Ignorable_Code_Point}/u.test(character);
      const right = isDangerous(code) ? escaped : result === character || (mayEscape && escaped);
      if (!right || safe(result) !== result || dangerousIn(safeLine(character)).length > 0)
        wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('no text keeps anything dangerous, and a second call changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(dangerousIn(safe(text))).toEqual([]);
        expect(safe(safe(text))).toBe(safe(text));
        expect(safeLine(text)).not.toMatch(/[\n\t]/);
        expect(safeLine(safeLine(text))).toBe(safeLine(text));
      }),
      runs,
    );
  });

  test('safeLine also shows newlines and tabs', () => {
    expect(safeLine('a\n\tb\x00')).toBe(String.raw`a\n\tb\x00`);
  });
});

describe('commands of CI runners in untrusted text', () => {
  it.each([
    ['a command', '::add-path::/tmp', '\\x3a:add-path::/tmp'],
    ['behind blanks', ' \t\u00a0::set-output name=a::b', ' \t\u00a0\\x3a:set-output name=a::b'],
    ['on a later line', 'a\n ::error::b', 'a\n \\x3a:error::b'],
    ['colons alone', ':::', '\\x3a::'],
    ['the old form', 'a ##[add-path]b', 'a #\\x23[add-path]b'],
    ['Azure', '##vso[task.setvariable]b', '#\\x23vso[task.setvariable]b'],
    ['TeamCity', "##teamcity[message text='a']", "#\\x23teamcity[message text='a']"],
    ['more signs', '###[a]', '##\\x23[a]'],
    ['harmless colons', 'std::vector x :: Int [::1]:80', 'std::vector x :: Int [::1]:80'],
    ['harmless signs', '## heading [link] #1 ##', '## heading [link] #1 ##'],
  ])('become visible escapes: %s', (_name, text, expected) => {
    expect(safe(text)).toBe(expected);
  });

  test('never come out of safe, and a second call changes nothing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const make of [safe, safeLine]) {
          expect(commandsIn(make(text))).toEqual([]);
          expect(make(make(text))).toBe(make(text));
        }
      }),
      runs,
    );
  });

  test('never begin a wrapped row, and are not left where a line was cut', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 30 }), (text, columns) => {
        expect(commandsIn(block(text, { indent: '', columns, maxLines: Infinity }).join('\n'))).toEqual([]);
        expect(commandsIn(truncate(safe(text), columns))).toEqual([]);
        expect(commandsIn(truncate(safeLine(text), columns))).toEqual([]);
      }),
      runs,
    );
    expect(block('hello ::error::owned', { indent: '  ', columns: 18, maxLines: 9 })).toEqual([
      '  hello',
      '  :',
      '  :error::owned',
    ]);
  });

  test('never appear in JSON, and the JSON parses to the same value', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.dictionary(hostileText, hostileText)), (value) => {
        for (const json of [jsonLine(value), escapeJson(JSON.stringify(value, null, 2))]) {
          expect(commandsIn(json)).toEqual([]);
          expect(JSON.parse(json)).toEqual(value);
          expect(escapeJson(json)).toBe(json);
        }
      }),
      runs,
    );
    expect(jsonLine('##[a]')).toBe(String.raw`"#\u0023[a]"`);
  });

  test('are escaped quickly even in a text of millions of half commands', { tags: 'heavy' }, () => {
    for (const unit of ['::', '\n::', '##', '##a', ' ', '\n', '\u00a0', '##[']) {
      const text = unit.repeat(1_000_000 / unit.length);
      const started = performance.now();
      safe(text);
      safeLine(text);
      jsonLine(text);
      block(text, { indent: '', columns: 20, maxLines: 200 });
      expect(performance.now() - started).toBeLessThan(3000);
    }
    expect(commandsIn(safe(everythingHostile))).toEqual([]);
  });
});

describe('clip shortens a text and says by how much', () => {
  it.each([
    ['short enough', 'hello', 5, 'hello'],
    ['cut', 'hello', 4, 'hell… (+1 character)'],
    ['thousands', 'x'.repeat(5000), 1, 'x… (+4,999 characters)'],
    ['nothing', 'abc', 0, '… (+3 characters)'],
    ['pairs count once', 'a😀😀', 1, 'a… (+2 characters)'],
    ['never half a pair', 'a😀b', 2, 'a… (+2 characters)'],
    ['never half a family', 'a👩‍👧b', 4, 'a… (+4 characters)'],
    ['never without its accent', 'ae\u0301b', 2, 'a… (+3 characters)'],
    ['never half a flag', '🇷🇺🇷🇺', 6, '🇷🇺… (+2 characters)'],
  ])('in the case "%s"', (_name, text, max, expected) => {
    expect(clip(text, max)).toBe(expected);
  });

  test('it keeps the beginning, and never more than it may', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, max) => {
        const clipped = clip(text, max);
        const kept = text.length <= max ? clipped : clipped.slice(0, clipped.lastIndexOf('… (+'));
        expect(kept.length).toBeLessThanOrEqual(max);
        expect(text.startsWith(kept)).toBe(true);
        expect(clipped === text).toBe(text.length <= max);
      }),
      runs,
    );
  });
});

describe('width counts the columns of a text', () => {
  it.each([
    ['', 0],
    ['hello', 5],
    ['Привет', 6],
    ['и\u0306', 1],
    ['漢字', 4],
    ['한국', 4],
    ['한국'.normalize('NFD'), 4],
    ['ｆｕ', 4],
    ['😀', 2],
    ['🇷🇺', 2],
    ['1️⃣', 2],
    ['❤️', 2],
    ['שלום', 4],
    ['مَرحبا', 5],
    ['می‌خواهم', 7],
    ['e\u0301\u0302', 1],
    ['\x1b[31mred\x1b[39m', 3],
  ])('%j takes %d columns', (text, expected) => {
    expect(width(text)).toBe(expected);
  });

  it.each([
    ['Yi', '\ua000', 2],
    ['Yi radicals', '\ua4c6', 2],
    ['hexagrams', '䷀', 2],
    ['numbers in circles', '㉈', 2],
    ['Nushu', '\u{1b170}', 2],
    ['Khitan', '\u{18b00}', 2],
    ['lucky signs', '\u{1f260}', 2],
    ['marks that take a column', 'का', 2],
    ['such a mark alone', '\u0903', 1],
    ['a family that a terminal shows one beside the other', '👩‍👩‍👧‍👦', 8],
    ['a tone of skin beside its hand', '👍🏽', 4],
    ['Hangul of a Mac', '한'.normalize('NFD'), 2],
  ])('a width is never less than a terminal may use: %s', (_name, text, expected) => {
    expect(width(text)).toBe(expected);
    for (const line of block(text.repeat(50), { indent: '', columns: 20, maxLines: 99 }))
      expect([...segmentsOf(line)].length * expected).toBeLessThanOrEqual(20);
  });

  test("it is never less than the system's own wcwidth, for any character", ({ skip }) => {
    const columns = systemWidths();
    if (!columns) return skip('no python3 with a UTF-8 locale here');
    const narrow: string[] = [];
    for (let code = 0x20; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (columns[code]! <= 0 || safe(character) !== character) continue;
      if (width(character) < columns[code]!) narrow.push(code.toString(16));
    }
    expect(narrow).toEqual([]);
  }, 60_000);

  test('it does not depend on how long the text is', () => {
    const text = fc.array(fc.tuple(anyText, fc.integer({ min: 1, max: 200 })), { maxLength: 4 });
    const segmenter = new Intl.Segmenter('en');
    fc.assert(
      fc.property(text, (parts) => {
        const line = safeLine(parts.map(([part, times]) => part.repeat(times)).join(''));
        let sum = 0;
        for (const { segment } of segmenter.segment(line.slice(0, 2000))) sum += width(segment);
        expect(width(line.slice(0, 2000))).toBe(sum);
      }),
    );
  });

  test('the fast way for simple characters gives the same width', () => {
    const simple = Array.from({ length: 0x2800 - 0x20 }, (_, step) => String.fromCharCode(0x20 + step)).filter(
      (character) => !/[\p{M}\p{C}\p{Z}]/u.test(character),
    );
    // Beside a wide one the text takes the long way.
    const wrong = simple.filter((character) => width(character) !== width(`漢${character}`) - 2);
    expect(wrong).toEqual([]);
  });

  test('padEnd fills a text up to a display width', () => {
    expect(padEnd('漢', 4)).toBe('漢  ');
    expect(padEnd('и\u0306', 3)).toBe('и\u0306  ');
    expect(padEnd('long', 2)).toBe('long');
  });
});

describe('truncate cuts a text to a display width', () => {
  it.each([
    ['hello', 5, 'hello'],
    ['hello', 4, 'hel…'],
    ['hello', 1, '…'],
    ['hello', 0, ''],
    ['hello', -3, ''],
    ['', 0, ''],
    ['漢字漢', 4, '漢…'],
    ['a👩‍👩‍👧‍👦b', 3, 'a…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ])('%j is cut to %d columns', (text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
  });

  test('it is never wider than it may be, and unchanged when it fits', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 30 }), (text, columns) => {
        const line = safeLine(text);
        const cut = truncate(line, columns);
        expect(width(cut)).toBeLessThanOrEqual(columns);
        expect(cut === line).toBe(width(line) <= columns);
      }),
      runs,
    );
  });
});

describe('block lays untrusted text out in lines', () => {
  it.each([
    ['nothing', '', []],
    ['one line', 'hello', ['> hello']],
    ['a last newline ends a line', 'a\n', ['> a']],
    ['empty lines stay', 'a\n\nb', ['> a', '> ', '> b']],
    ['forged lines are indented', 'a\n\r✔ passed', ['> a', String.raw`> \x0d✔`, '> passed']],
    ['wraps at blanks', 'hello big world', ['> hello big', '> world']],
    ['wraps long words hard', 'abcdefghijklmnop', ['> abcdefghij', '> klmnop']],
    ['keeps indentation', '  {\n\t"a": 1', ['>   {', '>     "a": 1']],
    ['wide', '漢漢漢漢漢漢', ['> 漢漢漢漢漢', '> 漢']],
    ['families stay whole', '👩‍👩‍👧‍👦'.repeat(3), ['> 👩‍👩‍👧‍👦', '> 👩‍👩‍👧‍👦', '> 👩‍👩‍👧‍👦']],
    ['folds', 'a\nb\nc\nd\ne', ['> a', '> b', '> c', '> … 3 more …']],
  ])('in the case "%s"', (_name, text, expected) => {
    expect(block(text, { indent: '> ', columns: 12, maxLines: 3 })).toEqual(expected);
  });

  test('it says how many lines were left out', () => {
    const options = { indent: '  ', columns: 40, maxLines: 2 };
    expect(block('я'.repeat(4276), options).at(-1)).toBe('  … 4,200 more characters');
    expect(block('a\nb\n😀', options).at(-1)).toBe('  … 1 more character');
  });

  test('every line is indented, safe and not too wide', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 8 }), (text, room, maxLines) => {
        const lines = block(text, { indent: '  | ', columns: room + 4, maxLines });
        expect(lines.length).toBeLessThanOrEqual(maxLines + 1);
        for (const line of lines) {
          expect(line.startsWith('  | ')).toBe(true);
          expect(line).not.toMatch(/[\n\t]/);
          expect(dangerousIn(line)).toEqual([]);
          expect(width(line)).toBeLessThanOrEqual(room + 4);
        }
      }),
      runs,
    );
  });

  test('it loses nothing but spaces', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const lines = block(text, { indent: '', columns, maxLines: Infinity });
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(safe(text).replaceAll(/\s/g, ''));
      }),
      runs,
    );
  });

  test('it works with almost no columns', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: -1, max: 10 }),
        fc.integer({ min: 0, max: 3 }),
        (text, columns, maxLines) => {
          const lines = block(text, { indent: '    ', columns, maxLines });
          expect(lines.length).toBeLessThanOrEqual(maxLines + 1);
          expect(lines.every((line) => line.startsWith('    '))).toBe(true);
        },
      ),
      runs,
    );
  });

  it.each([
    ['one word', 'x'],
    ['Cyrillic', 'слово '],
    ['newlines', '\n'],
    ['blanks', ' '],
    ['controls', '\x1b'],
    ['marks', '\u0301'],
    ['families', '👩‍👩‍👧‍👦'],
    ['Jamo', 'ᄀ'],
    ['joiners', '\u200d'],
  ])('5 MB of %s are laid out quickly', { tags: 'heavy' }, (_name, unit) => {
    const text = unit.repeat(5_000_000 / unit.length);
    const started = performance.now();
    const lines = block(text, { indent: '  ', columns: 120, maxLines: 40 });
    const line = safeLine(clip(text, 50_000));
    truncate(line, 80);
    width(line);
    // Far above what it takes, far below what wrapping all of it would.
    expect(performance.now() - started).toBeLessThan(1000);
    expect(lines.length).toBeLessThanOrEqual(41);
  });
});
