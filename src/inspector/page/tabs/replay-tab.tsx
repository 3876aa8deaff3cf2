import { useComputed, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { DeliveryResult } from '../frames.ts';
import { formatJson } from '../format-json.ts';
import { reasonOf, type Seen } from '../store.ts';
import { Icon } from '../view/icons.tsx';
import { useStore, useWords } from '../view/store-context.ts';
import { ReplayResult } from './replay-result.tsx';
import { textOf, useBody } from './use-body.ts';

interface Row {
  path: string;
  value: string;
}

const noRows: readonly Row[] = [{ path: 'new_messages[0].text', value: '' }];

/** Sends the event again, as it came or edited, and shows what came of it beside what came of it first. */
export function ReplayTab({ seen }: { seen: Seen }): VNode {
  const { api, run } = useStore();
  const words = useWords();
  const body = useBody(seen.event);
  const url = useSignal(run.value?.replay.urls[0] ?? 'http://localhost:3000/webhook');
  const mode = useSignal<'json' | 'rows'>('json');
  const edit = useSignal<string | null>(null);
  const rows = useSignal(noRows);
  const isBusy = useSignal(false);
  const error = useSignal('');
  const result = useSignal<DeliveryResult | null>(null);
  const original = body ? laidOut(textOf(body)) : '';
  const isEdited = useComputed(() =>
    mode.value === 'json' ? edit.value !== null : rows.value.some(({ path, value }) => path !== '' && value !== ''),
  );
  useEffect(() => {
    edit.value = null;
  }, [seen.event.id]);

  const send = async (): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = '';
    try {
      const set = rows.value
        .filter(({ path, value }) => path !== '' && value !== '')
        .map(({ path, value }) => `${path}=${value}`);
      const change = mode.value === 'rows' ? { set } : edit.value === null ? {} : { body: edit.value };
      result.value = await api.post<DeliveryResult>('/v1/replay', { id: seen.event.id, url: url.value, ...change });
    } catch (failure) {
      error.value = reasonOf(failure);
    }
    isBusy.value = false;
  };
  if (body === null) return <p class="dim">{words.refusedUnread}</p>;
  return (
    <form
      class="replay"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void send();
      }}
    >
      <label class="label" for="replay-url">
        {words.replayTo}
      </label>
      <input
        id="replay-url"
        class="field mono"
        list="replay-urls"
        autocomplete="off"
        spellcheck={false}
        value={url.value}
        onInput={(event) => (url.value = event.currentTarget.value)}
      />
      <datalist id="replay-urls">
        {run.value?.replay.urls.map((known) => (
          <option value={known} />
        ))}
      </datalist>
      <div class="row">
        <span class="label">{words.replayBody}</span>
        <span class="spacer" />
        <div class="chips" role="group" aria-label={words.replayBody}>
          <button type="button" class="chip" aria-pressed={mode.value === 'json'} onClick={() => (mode.value = 'json')}>
            {words.asJson}
          </button>
          <button type="button" class="chip" aria-pressed={mode.value === 'rows'} onClick={() => (mode.value = 'rows')}>
            {words.asRows}
          </button>
        </div>
      </div>
      {mode.value === 'json' ? (
        <textarea
          id="replay-body"
          class="field mono"
          aria-label={words.replayBody}
          spellcheck={false}
          rows={Math.min(18, Math.max(6, original.split('\n').length))}
          value={edit.value ?? original}
          onInput={(event) => (edit.value = event.currentTarget.value === original ? null : event.currentTarget.value)}
        />
      ) : (
        <Rows rows={rows.value} onChange={(next) => (rows.value = next)} />
      )}
      <div class="row wrap">
        <button type="submit" class="button primary" disabled={isBusy.value}>
          <Icon name="again" />
          {isBusy.value ? words.sending : words.send}
        </button>
        <span class="dim">{isEdited.value ? words.edited : words.unchanged}</span>
        {edit.value !== null && mode.value === 'json' && (
          <button type="button" class="link" onClick={() => (edit.value = null)}>
            {words.reset}
          </button>
        )}
      </div>
      {error.value !== '' && (
        <p class="bad" role="alert">
          {error.value}
        </p>
      )}
      {result.value && <ReplayResult seen={seen} result={result.value} />}
    </form>
  );
}

function Rows({ rows, onChange }: { rows: readonly Row[]; onChange(rows: readonly Row[]): void }): VNode {
  const words = useWords();
  const change = (index: number, part: Partial<Row>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <div class="rows">
      <p class="hint">{words.rowsHint}</p>
      {rows.map(({ path, value }, index) => (
        <div class="row" key={index}>
          <input
            class="field mono"
            aria-label={words.path}
            placeholder="new_messages[0].text"
            value={path}
            onInput={(event) => change(index, { path: event.currentTarget.value })}
          />
          <input
            class="field mono"
            aria-label={words.value}
            placeholder={words.value}
            value={value}
            onInput={(event) => change(index, { value: event.currentTarget.value })}
          />
          <button
            type="button"
            class="icon-button"
            aria-label={words.removeRow}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
      <button type="button" class="link" onClick={() => onChange([...rows, { path: '', value: '' }])}>
        {words.addRow}
      </button>
    </div>
  );
}

function laidOut(text: string): string {
  const lines = formatJson(text);
  return lines.map(({ indent, pieces }) => '  '.repeat(indent) + pieces.map((piece) => piece.text).join('')).join('\n');
}
