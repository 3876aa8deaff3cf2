import { printParseErrorCode, visit } from 'jsonc-parser';

/** A place in a text: line and column from 1, in characters. */
export interface Place {
  line: number;
  column: number;
}

type Steps = readonly (string | number)[];

/** A value whose place is asked for, or a value on the way to it. */
interface Wanted {
  /** Where it begins; -1 until it is found. */
  offset: number;
  inside: Map<string | number, Wanted>;
}

/**
 * The place of each value; if it is missing, the nearest thing around it. One pass over the text, because a tree of the
 * whole text would take many times its size.
 *
 * @param paths the path to each value, from the root
 */
export function placesOf(text: string, paths: readonly Steps[]): Place[] {
  const top: Wanted = { offset: -1, inside: new Map() };
  for (const path of paths) {
    let at = top;
    for (const step of path) {
      const next = at.inside.get(step) ?? { offset: -1, inside: new Map() };
      at.inside.set(step, next);
      at = next;
    }
  }
  findOffsets(text, top);
  return toPlaces(
    text,
    paths.map((path) => nearestOffset(top, path)),
  );
}

/** The first error in a text that is not JSON, in words; null if there is none. */
export function firstMistake(text: string): ({ words: string } & Place) | null {
  let first: { error: number; offset: number } | null = null;
  const onError = (error: number, offset: number): void => void (first ??= { error, offset });
  try {
    visit(text, { onError }, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested so deeply that the parser ran out of stack. The caller already knows that.
  }
  // The compiler does not see that a callback has set it.
  const found = first as { error: number; offset: number } | null;
  if (!found) return null;
  const words = printParseErrorCode(found.error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return { words, ...toPlaces(text, [found.offset])[0]! };
}

/** The place just after a text. */
export function placeAt(before: string): Place {
  return toPlaces(before, [before.length])[0]!;
}

/** An object or an array that is being read. */
interface Open {
  wanted: Wanted;
  /** The step whose value comes next: a name or an index. */
  step: string | number;
}

function findOffsets(text: string, top: Wanted): void {
  const open: Open[] = [];
  const meet = (offset: number): Wanted | undefined => {
    const around = open.at(-1);
    const wanted = around ? around.wanted.inside.get(around.step) : top;
    // If a name occurs twice, the first one counts.
    if (!wanted || wanted.offset >= 0) return undefined;
    wanted.offset = offset;
    return wanted;
  };
  /** Returns false if nothing inside is asked for. */
  const begin = (offset: number, step: string | number): boolean => {
    const wanted = meet(offset);
    // The parser reports its end in any case.
    open.push({ wanted: wanted ?? { offset, inside: new Map() }, step });
    return wanted !== undefined && wanted.inside.size > 0;
  };
  const end = (): void => void open.pop();
  visit(text, {
    onObjectBegin: (offset) => begin(offset, ''),
    onObjectProperty: (name) => void (open.at(-1)!.step = name),
    onObjectEnd: end,
    onArrayBegin: (offset) => begin(offset, 0),
    onArrayEnd: end,
    onSeparator(character) {
      const around = open.at(-1);
      if (character === ',' && typeof around?.step === 'number') around.step += 1;
    },
    onLiteralValue: (_, offset) => void meet(offset),
  });
}

function nearestOffset(top: Wanted, path: Steps): number {
  let { offset } = top;
  let at: Wanted | undefined = top;
  for (const step of path) {
    at = at.inside.get(step);
    if (!at || at.offset < 0) break;
    offset = at.offset;
  }
  return Math.max(0, offset);
}

function toPlaces(text: string, offsets: readonly number[]): Place[] {
  const places = new Map<number, Place>();
  let [line, column, at] = [1, 1, 0];
  let lineEnd = text.indexOf('\n');
  for (const offset of offsets.toSorted((one, other) => one - other)) {
    while (lineEnd !== -1 && lineEnd < offset) {
      [line, column, at] = [line + 1, 1, lineEnd + 1];
      lineEnd = text.indexOf('\n', at);
    }
    column += countCharacters(text, at, offset);
    at = offset;
    places.set(offset, { line, column });
  }
  return offsets.map((offset) => places.get(offset)!);
}

/** A surrogate pair is one character. */
function countCharacters(text: string, from: number, to: number): number {
  let count = to - from;
  for (let at = from + 1; at < to; at += 1)
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count -= 1;
  return count;
}
