import { closestMatch } from 'leven';
import {
  LineCounter,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { HookError } from '../errors.ts';
import { formatPath, isObject, type FieldPath } from '../contract/field-path.ts';
import { oneOf } from '../text/words.ts';

/** A file in YAML (JSON is a part of it), and where each of its values stands. */
export interface YamlFile {
  value: unknown;
  /** Where a value stands, and its path: `rules.yaml:3:5: [0].bot`. */
  place(path: FieldPath): string;
  /** What cannot be meant, with its place: `rules.yaml:3:5: ...`. Exit 2. */
  error(path: FieldPath, problem: string, hint?: string): HookError;
  /**
   * @returns the object at a path
   * @throws HookError for what is no object, or has another key than these, with the nearest one
   */
  object(path: FieldPath, value: unknown, keys: readonly string[]): Record<string, unknown>;
}

const maxBytes = 1024 * 1024;

/** Nodes and pairs, one within the other. What goes through the values later needs stack for each. */
const maxDepth = 200;
const tooDeep = 'the lists and objects are nested too deeply';

/**
 * Reads YAML strictly: one document, no key twice, no anchors, tags or merges. There is nothing in it that runs.
 *
 * @param name what an error calls the file
 * @throws HookError (exit 2) for what cannot be read, with line and column
 */
export function readYaml(bytes: Buffer, name: string): YamlFile {
  if (bytes.length > maxBytes) throw new HookError(`${name} is larger than 1 MB`);
  const lines = new LineCounter();
  const document = parseDocument(bytes.toString('utf8'), { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    throw new HookError(`${at(problem.pos[0])}: ${problem.code === 'RESOURCE_EXHAUSTION' ? tooDeep : problem.message}`);
  visit(document, {
    Alias: (_, node) => fail(node, 'an alias (*name) is not taken here: write the value out'),
    Node: (_, node, { length: depth }) => {
      if (depth > maxDepth) fail(node, tooDeep);
      if (node.tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(node.tag))
        fail(node, `the tag ${node.tag} is not taken here`);
    },
  });
  function fail(node: Node, words: string): never {
    throw new HookError(`${at(node.range?.[0] ?? 0)}: ${words}`);
  }
  const place = (path: FieldPath): string =>
    `${at(offsetOf(document, path))}:${path.length > 0 ? ` ${formatPath(path)}` : ''}`;
  const error: YamlFile['error'] = (path, words, hint) => new HookError(`${place(path)} ${words}`, { hint });
  return {
    value: document.toJS() as unknown,
    place,
    error,
    object(path, value, keys) {
      if (!isObject(value)) throw error(path, `must be an object with ${oneOf(keys)}`);
      const unknown = Object.keys(value).find((key) => !keys.includes(key));
      if (unknown !== undefined) throw unknownKey([...path, unknown], keys, error);
      return value;
    },
  };
}

function unknownKey(path: FieldPath, keys: readonly string[], error: YamlFile['error']): HookError {
  const nearest = closestMatch(String(path.at(-1)).slice(0, 100), keys, { maxDistance: 3 });
  return error(
    path,
    'is not known here',
    nearest === undefined ? `it is one of ${keys.join(', ')}` : `did you mean "${nearest}"?`,
  );
}

/** Where a value stands; a key of an object by the key itself, so that what should not be there is shown. */
function offsetOf(document: Document, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const next: unknown = isMap(node)
      ? node.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(step))
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined;
    if (next === undefined) break;
    const shown = (isPair(next) ? next.key : next) as Node;
    offset = shown.range?.[0] ?? offset;
    node = isPair(next) ? next.value : next;
    if (isAlias(node)) break;
  }
  return offset;
}
