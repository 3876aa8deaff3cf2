import type { VNode } from 'preact';
import type { DeliveryResult } from '../frames.ts';
import type { Seen } from '../store.ts';
import { clipped, visible } from '../visible.ts';
import { formatMs } from '../view/formats.ts';
import { useStore, useWords } from '../view/store-context.ts';

const phaseNames = ['dnsMs', 'connectMs', 'tlsMs', 'sendMs', 'waitMs', 'bodyMs'] as const;

/** The answer to the replay beside the answer to the original, then how long each phase took. */
export function ReplayResult({ seen, result }: { seen: Seen; result: DeliveryResult }): VNode {
  const { run } = useStore();
  const words = useWords();
  const { answer } = seen.event;
  return (
    <section class="result" aria-live="polite">
      <div class="beside">
        <div>
          <h3>{words.original}</h3>
          <p class="status" data-ok={seen.isAcknowledged}>
            {answer.status ?? words.noAnswer}
          </p>
        </div>
        <div>
          <h3>{words.replayed}</h3>
          <p class="status" data-ok={result.delivered}>
            {result.status ?? words.noAnswer}
          </p>
        </div>
      </div>
      <p class={result.delivered ? 'good-note' : 'bad'}>
        {result.delivered ? words.delivered : `${words.undelivered}: ${clipped(result.message ?? '', 300)}`}
      </p>
      <Phases timing={result.timing} />
      {run.value?.replay.secret && <p class="dim">{result.secretSent ? words.withSecret : words.withoutSecret}</p>}
      {result.response && (
        <>
          <h3>{words.response}</h3>
          <pre class="raw">
            {Object.entries(result.response.headers).map(([name, value]) => (
              <span class="raw-line">
                <span class="raw-name">{visible(name)}:</span> {visible([value].flat().join(', '))}
              </span>
            ))}
            {'\n'}
            {clipped(result.response.body, 20_000)}
          </pre>
          {result.response.truncated && <p class="dim">{words.cut}</p>}
        </>
      )}
    </section>
  );
}

/** A bar for the time: each phase as wide as it took long. */
function Phases({ timing }: { timing: DeliveryResult['timing'] }): VNode {
  const words = useWords();
  const took = phaseNames.flatMap((name) => (timing[name] === null ? [] : [{ name, ms: timing[name] }]));
  return (
    <dl class="phases">
      {took.map(({ name, ms }) => (
        <div class="phase">
          <dt>{words.phases[name]}</dt>
          <dd>
            <meter min={0} max={Math.max(timing.totalMs, 0.001)} value={ms} aria-hidden="true" />
            {formatMs(ms, words)}
          </dd>
        </div>
      ))}
      <div class="phase total">
        <dt>{words.total}</dt>
        <dd>{formatMs(timing.totalMs, words)}</dd>
      </div>
    </dl>
  );
}
