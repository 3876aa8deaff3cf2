import type { VNode } from 'preact';
import type { ExplainedProblem } from '../frames.ts';
import { entryOf } from '../messages.ts';
import type { Seen } from '../store.ts';
import { visible } from '../visible.ts';
import { JsonLines } from '../view/json-lines.tsx';
import { useWords } from '../view/store-context.ts';
import { rulesRu } from '../words/rules-ru.ts';
import { textOf, useBody } from './use-body.ts';
import { useDetail } from './use-detail.ts';

/** What breaks the contract, with the sentence that it breaks, and where it stands. */
export function ProblemsTab({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { event } = seen;
  const body = useBody(event);
  const known = useDetail(event.id);
  const { issues, unknownFields } = event;
  return (
    <>
      {issues.length === 0 && event.eventType !== null && <p class="good-note">{words.noProblems}</p>}
      {event.eventType === null && body && <p class="bad">{words.noJson}</p>}
      <ul class="problems">
        {issues.map(({ path, message }, index) => (
          <li class="problem">
            <p>
              <code class="path">{visible(path)}</code> {visible(message)}
            </p>
            {known?.issues[index] && <Sentence problem={known.issues[index]} />}
          </li>
        ))}
      </ul>
      {unknownFields.length > 0 && (
        <div class="unknown">
          <h3>{words.unknownFields}</h3>
          <p class="hint">{words.unknownFieldsLong}</p>
          <ul>
            {unknownFields.map((path) => (
              <li>
                <code>{visible(path)}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {body && (
        <>
          <h3>{words.body}</h3>
          <JsonLines text={textOf(body)} marks={issues} />
        </>
      )}
      {body === null && <p class="dim">{words.refusedUnread}</p>}
    </>
  );
}

/** Suvvy's own words, in the language that they are written in; for a Russian reader their gist beside them. */
function Sentence({ problem: { rule, quote, gist: english } }: { problem: ExplainedProblem }): VNode {
  const words = useWords();
  const gist = words.code === 'ru' ? entryOf(rulesRu, rule) : undefined;
  return (
    <figure class="sentence">
      {gist && <p>{gist}</p>}
      {quote !== null ? <blockquote lang="en">{quote}</blockquote> : !gist && <p>{english}</p>}
      <figcaption class="dim">
        {quote === null ? words.seen : words.theSentence} · {rule}
      </figcaption>
    </figure>
  );
}
