import { describe, expect, test } from 'vitest';
import { systemHost, type Host, type Style } from '../src/host.ts';
import { inspect } from '../src/receiver/inspect.ts';
import { cardLines } from '../src/sinks/card.ts';
import { width } from '../src/text/layout.ts';
import { captureOf } from './receiver/capture-of.ts';

const url = 'http://127.0.0.1:1/a.pdf?x=1,2(3)!*;+$&q=%D0%B0';
const linked = `\u001b]8;;${url}\u001b\\text\u001b]8;;\u001b\\`;

/** The style of a real host, as one environment gives it. */
function styleIn(env: Host['env'], { isTTY = true, color = false } = {}): Promise<Style> {
  const output = { on: () => {}, write: () => true, once: () => {}, isTTY, columns: 40 };
  const proc = { stdin: {}, stdout: output, stderr: output, env, cwd: () => '/', versions: { node: '20.0.0' } };
  return systemHost(proc as unknown as NodeJS.Process).style(output, { color });
}

describe('links', () => {
  test.each([
    [{ TERM_PROGRAM: 'iTerm.app' }, true],
    [{ TERM_PROGRAM: 'vscode', TERM: 'xterm-256color' }, true],
    [{ VTE_VERSION: '6003' }, true],
    [{ KITTY_WINDOW_ID: '1' }, true],
    [{ WT_SESSION: 'x' }, true],
    [{ TERM: 'alacritty' }, true],
    [{ TMUX: '/tmp/x', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4' }, true],
    [{ TMUX: '/tmp/x', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a', VTE_VERSION: '6003' }, false],
    [{ TMUX: '/tmp/x', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5' }, false],
    [{ STY: '1.x', VTE_VERSION: '6003' }, false],
    [{ VTE_VERSION: '4205' }, false],
    [{ TERM: 'dumb', TERM_PROGRAM: 'vscode' }, false],
    [{ TERM_PROGRAM: 'Apple_Terminal' }, false],
    [{ TERM: 'xterm-256color' }, false],
    [{}, false],
  ])('%j: %s', async (env, expected) => {
    expect((await styleIn(env)).link('text', url)).toBe(expected ? linked : 'text');
  });

  test('never in a pipe', async () => {
    expect((await styleIn({ VTE_VERSION: '6003', FORCE_COLOR: '1' }, { isTTY: false })).link('text', url)).toBe('text');
  });

  test.each([
    ['javascript:alert(1)'],
    ['file:///etc/passwd'],
    ['data:text/html,x'],
    ['not a url'],
    [''],
    [`http://a/${'x'.repeat(3000)}`],
  ])('%.30j is no link', async (foreign) => {
    expect((await styleIn({ VTE_VERSION: '6003' })).link('text', foreign)).toBe('text');
  });

  test('a hostile URL cannot end the sequence early', async () => {
    const { link } = await styleIn({ VTE_VERSION: '6003' });
    const text = link('text', 'http://a/\u001b\\\u0007\u009c\u202e\n\u001b]8;;http://b/');
    expect(text.match(/[\u0000-\u001f\u007f-\u{10ffff}]/gu)).toEqual(['\u001b', '\u001b', '\u001b', '\u001b']);
  });

  test('their sequences have no width', async () => {
    expect(width(linked)).toBe(4);
  });
});

test('the card links a file by its whole URL in one piece', async () => {
  const long = `http://127.0.0.1:1/${'x'.repeat(60)}.pdf`;
  const event = {
    event_type: 'new_messages',
    new_messages: [
      {
        type: 'document',
        message_sender: 'ai',
        file: { url: long, name: 'a.pdf', size_bytes: 1, mime_type: 'application/pdf' },
      },
    ],
  };
  const received = inspect(captureOf(JSON.stringify(event)), { secret: null });
  const style = await styleIn({ VTE_VERSION: '6003' });
  const lines = cardLines(received, { status: 200 }, { style, secret: null, verbose: false });
  const rows = lines.filter((line) => line.includes('\u001b]8;;'));
  expect(rows.length).toBe(1);
  expect(rows[0]).toMatch(/^ +\u001b\]8;;/);
  expect(rows[0]).toContain(`\u001b]8;;${long}\u001b\\${long}\u001b]8;;`);
  expect(width(rows[0]!.trim())).toBe(long.length);
});
