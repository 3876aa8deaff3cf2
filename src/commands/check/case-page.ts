import type { CheckCase, Need } from '../../checks/case.ts';
import { suite } from '../../checks/cases/index.ts';
import type { Level } from '../../checks/report.ts';
import { remedyLines } from '../../checks/verdict/cause.ts';
import { rules } from '../../contract/rules.ts';
import type { Style } from '../../host.ts';
import { block } from '../../text/layout.ts';

/** What each level means for a run. */
const levelWords: Record<Level, string> = {
  MUST: 'fails the run',
  SHOULD: 'fails the run, unless --lenient',
  MAY: 'warns; fails the run with --strict',
  OBS: 'is recorded, and never fails a run',
};

const needWords: Record<Need, string> = {
  secret: 'only with a secret',
  'no-secret': 'only without a secret',
  callback: 'only with --expect-callback',
  effect: 'only with --expect-callback or --expect-read',
};

/** Where the page of a case stands, below docs/cases. */
export function pageName(id: string): string {
  return `${id.replaceAll('/', '-')}.md`;
}

/** All that there is to say about a case, for a terminal: each fact after its label. */
export function caseScreen(one: CheckCase, style: Style): string {
  const { id, title, level, profile, needs, warns, sends, expected, why, remedies, dependsOn } = one;
  const facts: [string, string][] = [
    ['level', `${level}: ${warns ? 'warns, and never fails a run' : levelWords[level]}`],
    ['profile', `${profile}${needs ? `, ${needWords[needs]}` : ''}`],
    ...dependsOn.map((other): [string, string] => ['needs', `${other} to pass${withoutTexts(one)}`]),
    ['sends', sends],
    ['expected', expected],
    ...one.rules.map((rule): [string, string] => [rule, `“${rules[rule].quote}”`]),
    ['why', why],
    ...remedyLines(remedies).map((line): [string, string] => ['fix', line]),
    ['alone', `npx suvvy-hook check http://localhost:3000/webhook --only ${id}`],
  ];
  const lines = facts.flatMap(([label, text]) => {
    const rows = block(text, { indent: ' '.repeat(labelWidth), columns: style.columns, maxLines: 40 });
    return rows.map((row, at) => (at === 0 ? style.dim(`  ${label}`.padEnd(labelWidth)) + row.slice(labelWidth) : row));
  });
  return `${style.bold(id)}  ${title}\n\n${lines.join('\n')}\n`;
}

const labelWidth = 12;

/** The same as a page of Markdown. */
export function casePage(one: CheckCase): string {
  const { id, title, level, profile, needs, warns, sends, expected, why, remedies, dependsOn } = one;
  const facts = [
    `- Level: ${level} (${warns ? 'warns, and never fails a run' : levelWords[level]})`,
    `- Profile: ${profile}${needs ? `, ${needWords[needs]}` : ''}`,
    ...(dependsOn.length > 0 ? [`- Skipped when ${dependsOn.join(' or ')} fails${withoutTexts(one)}`] : []),
  ];
  const quotes = one.rules.map((rule) => `> ${rule}: ${rules[rule].quote}`);
  const sections: [string, string][] = [
    ['Sends', sends],
    ['Passes with', expected],
    ['Why it matters', why],
    [
      'What to try',
      remedyLines(remedies)
        .map((line) => `- ${line}`)
        .join('\n'),
    ],
  ];
  return `${[
    `# ${id}`,
    capital(title),
    facts.join('\n'),
    ...(quotes.length > 0 ? [quotes.join('\n>\n')] : []),
    ...sections
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `## ${name}\n\n${capital(text)}${/[.?!]$/.test(text) ? '' : '.'}`),
    `## Alone\n\n    npx suvvy-hook check http://localhost:3000/webhook --only ${id}`,
  ].join('\n\n')}\n`;
}

function withoutTexts({ worksWithoutTexts }: CheckCase): string {
  if (!worksWithoutTexts) return '';
  const told = worksWithoutTexts === 'always' ? '' : ', and tells whether the secret is looked at';
  return `, unless a test_request gets through where no text does${told}`;
}

/** The list of all pages. */
export function casesIndex(): string {
  const rows = suite.map(
    (one) => `| [${one.id}](${pageName(one.id)}) | ${one.level} | ${one.profile} | ${one.title} |`,
  );
  return `${[
    '# The cases of `suvvy-hook check`',
    'Made from the suite itself: change the case, not this page.',
    ['| case | level | profile | |', '|---|---|---|---|', ...rows].join('\n'),
    Object.entries(levelWords)
      .map(([level, words]) => `- ${level} ${words}.`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

function capital(text: string): string {
  // A name from the wire stays as it is on the wire.
  return /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
