/** The style sheet of the HTML report, kept in the page itself. */
export const htmlStyle = `
:root { color-scheme: light dark; --text: #1c1e21; --soft: #5c636b; --line: #d9dde2; --page: #fff; --box: #f5f6f8;
  --good: #17703a; --bad: #b3261e; --mind: #8a5a00; --bad-box: #fdf1f0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --soft: #9aa3ad; --line: #363c44; --page: #15181c; --box: #1e2227;
    --good: #5fd08a; --bad: #ff8a80; --mind: #f0c060; --bad-box: #2a1c1c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
pre { margin: .25rem 0 .75rem; padding: .6rem .8rem; background: var(--box); border-radius: 6px; white-space: pre-wrap;
  max-height: 16rem; overflow: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); }
dd { margin: 0; white-space: pre-wrap; }
dd > pre { margin: 0; }
a { color: inherit; }
.soft { color: var(--soft); }
.verdict { margin: .75rem 0; padding: .8rem 1rem; border-left: 4px solid var(--good); background: var(--box); font-weight: 600; }
.verdict.failed { border-color: var(--bad); background: var(--bad-box); }
.totals { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .75rem 0; list-style: none; }
.causes { padding-left: 1.25rem; }
.causes li { color: var(--bad); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .35rem 0; }
details > :not(summary) { margin-left: 1rem; margin-right: 1rem; }
summary { cursor: pointer; padding: .4rem .8rem; }
summary::after { content: ""; display: block; clear: both; }
.fate { float: right; margin-left: 1rem; color: var(--soft); font-size: .875em; }
details details { margin-bottom: .5rem; }
.mark { display: inline-block; width: 1.4em; font-weight: 700; color: var(--soft); }
.pass > summary .mark { color: var(--good); }
.fail > summary .mark, .error > summary .mark, .fail > summary .word, .error > summary .word { color: var(--bad); }
.warn > summary .mark, .waived > summary .mark, .warn > summary .word { color: var(--mind); }
.fail, .error { border-color: var(--bad); }
.warn { border-color: var(--mind); }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
@media print { body { max-width: none; } pre { max-height: none; } }
`;
