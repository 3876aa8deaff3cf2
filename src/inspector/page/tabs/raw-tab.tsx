import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Seen } from '../store.ts';
import { visible } from '../visible.ts';
import { formatBytes } from '../view/formats.ts';
import { Icon } from '../view/icons.tsx';
import { useWords } from '../view/store-context.ts';
import { textOf, useBody } from './use-body.ts';
import { useDetail } from './use-detail.ts';

/** As much of a body is shown at once, in bytes. */
const maxHex = 4096;
const maxText = 256 * 1024;

/** The request as it came: headers in order, the body as text and byte by byte. */
export function RawTab({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { event } = seen;
  const body = useBody(event);
  const known = useDetail(event.id);
  const isHex = useSignal(false);
  const version = known?.httpVersion ? ` HTTP/${known.httpVersion}` : '';
  return (
    <>
      <pre class="raw">
        <span class="raw-line">
          <b>{visible(event.method)}</b> {visible(event.path)}
          {version}
        </span>
        {known?.rawHeaders.map(([name, value]) => (
          <span class="raw-line">
            <span class="raw-name">{visible(name)}:</span> {visible(value)}
          </span>
        ))}
      </pre>
      {body && (
        <>
          <div class="row">
            <h3>
              {words.body} <span class="dim">{formatBytes(body.length, words)}</span>
            </h3>
            <span class="spacer" />
            <div class="chips" role="group" aria-label={words.body}>
              <button type="button" class="chip" aria-pressed={!isHex.value} onClick={() => (isHex.value = false)}>
                {words.asText}
              </button>
              <button type="button" class="chip" aria-pressed={isHex.value} onClick={() => (isHex.value = true)}>
                {words.asHex}
              </button>
            </div>
            <SaveButton bytes={body} id={event.id} />
          </div>
          <pre class="raw">
            {isHex.value ? hexOf(body.subarray(0, maxHex)) : visible(textOf(body.subarray(0, maxText)))}
          </pre>
          {body.length > (isHex.value ? maxHex : maxText) && (
            <p class="dim">{words.hexCut(formatBytes(isHex.value ? maxHex : maxText, words))}</p>
          )}
        </>
      )}
      {body === null && <p class="dim">{words.refusedUnread}</p>}
    </>
  );
}

function SaveButton({ bytes, id }: { bytes: Uint8Array<ArrayBuffer>; id: string }): VNode {
  const words = useWords();
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: `${id}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <button type="button" class="icon-button" aria-label={words.saveBody} title={words.saveBody} onClick={save}>
      <Icon name="save" />
    </button>
  );
}

/** `00000000  7b 22 65 ...  {"e...`, sixteen bytes a line. */
function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
