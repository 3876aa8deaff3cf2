import type { VNode } from 'preact';
import type { ExplainedProblem } from '../frames.ts';
import { entryOf } from '../messages.ts';
import { untoldFindings, type Seen } from '../store.ts';
import { visible } from '../visible.ts';
import { JsonLines } from '../view/json-lines.tsx';
import { useWords } from '../view/store-context.ts';
import { textOf, useBody } from './use-body.ts';
import { useDetail } from './use-detail.ts';

/** What breaks the contract, with the sentence that it breaks, and where it stands. */
export function ProblemsTab({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { event } = seen;
  const body = useBody(event);
  const known = useDetail(event.id);
  const { issues, unknownFields } = event;
  const findings = untoldFindings(seen);
  const isSound = issues.length + findings.length === 0;
  return (
    <>
      {isSound && (event.eventType !== null || event.type === 'customer') && (
        <p class="good-note">{words.noProblems}</p>
      )}
      {event.eventType === null && event.type === 'event' && body && <p class="bad">{words.noJson}</p>}
      <ul class="problems">
        {findings.map(({ id, message }) => (
          <li class="problem">
            <p>
              <code class="path">{id}</code> {visible(message)}
            </p>
          </li>
        ))}
        {issues.map(({ path, message }, index) => (
          <li class="problem">
            <p>
              <code class="path">{visible(path)}</code> {visible(message)}
            </p>
            {known?.issues[index] && <Sentence problem={known.issues[index]} isApi={event.type === 'customer'} />}
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
function Sentence({
  problem: { rule, quote, gist: english },
  isApi,
}: {
  problem: ExplainedProblem;
  isApi: boolean;
}): VNode | null {
  const words = useWords();
  if (isApi && quote === null) return null;
  const gist = entryOf(words.rules, rule);
  return (
    <figure class="sentence">
      {gist && <p>{gist}</p>}
      {quote !== null ? <blockquote lang="en">{quote}</blockquote> : !gist && <p>{english}</p>}
      <figcaption class="dim">
        {isApi ? words.theApi : quote === null ? words.seen : words.theSentence} · {rule}
      </figcaption>
    </figure>
  );
}
