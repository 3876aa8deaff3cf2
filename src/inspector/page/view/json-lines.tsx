import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatJson, lineOf } from '../format-json.ts';
import { visible } from '../visible.ts';

/** A body in lines, with those marked that something is wrong with. */
export function JsonLines({
  text,
  marks,
}: {
  text: string;
  marks: readonly { path: string; message: string }[];
}): VNode {
  const lines = useMemo(() => formatJson(text), [text]);
  const marked = useMemo(() => {
    const found = new Map<number, string>();
    for (const { path, message } of marks) {
      const line = lineOf(lines, path);
      found.set(line, [found.get(line), message].filter(Boolean).join(' · '));
    }
    return found;
  }, [lines, marks]);
  return (
    <ol class="code">
      {lines.map(({ indent, pieces }, index) => (
        <li class="code-line" data-marked={marked.has(index)} id={`line-${index + 1}`}>
          <span class="code-text" data-indent={Math.min(indent, 12)}>
            {pieces.map(({ kind, text: piece }) => (
              <span class={`code-${kind}`}>{visible(piece)}</span>
            ))}
          </span>
          {marked.has(index) && <span class="code-note">{visible(marked.get(index)!)}</span>}
        </li>
      ))}
    </ol>
  );
}
