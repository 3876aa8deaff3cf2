import { URL } from 'node:url';

/** OSC 8. Parsing percent-encodes control characters, so the URL cannot end the sequence early. */
export function link(text: string, url: string): string {
  const href = URL.canParse(url) ? new URL(url).href : '';
  return /^https?:[\x21-\x7e]{1,2000}$/.test(href) ? `\x1b]8;;${href}\x1b\\${text}\x1b]8;;\x1b\\` : text;
}

/** Only terminals where links are known to work: some others print the URL as garbage. */
export function showsLinks(
  output: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  // GNU screen and tmux pass on the variables of the outer terminal, but not always the links.
  if (!output.isTTY || env['TERM'] === 'dumb' || env['STY']) return false;
  if (env['TMUX']) return env['TERM_PROGRAM'] === 'tmux' && Number.parseFloat(env['TERM_PROGRAM_VERSION'] ?? '') >= 3.4;
  return (
    linkPrograms.has(env['TERM_PROGRAM'] ?? '') ||
    linkTerminals.has(env['TERM'] ?? '') ||
    Number(env['VTE_VERSION']) >= 5000 ||
    ['KITTY_WINDOW_ID', 'WT_SESSION', 'KONSOLE_VERSION'].some((name) => env[name])
  );
}

const linkPrograms = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'rio', 'WarpTerminal']);
const linkTerminals = new Set(['xterm-kitty', 'xterm-ghostty', 'alacritty', 'foot', 'foot-extra']);
