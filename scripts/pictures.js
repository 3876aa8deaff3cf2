// docs/pictures: what the main commands show, from real runs, as SVG in light and in dark. `npm run docs:pictures`.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import width from 'fast-string-width';

const folder = 'docs/pictures';
const columns = 96;
const themes = {
  light: {
    ground: '#ffffff',
    text: '#1f2328',
    dim: '#6e7781',
    31: '#cf222e',
    32: '#1a7f37',
    33: '#9a6700',
    36: '#1b7c83',
  },
  dark: {
    ground: '#0d1117',
    text: '#e6edf3',
    dim: '#8b949e',
    31: '#ff7b72',
    32: '#3fb950',
    33: '#d29922',
    36: '#39c5cf',
  },
};

mkdirSync(folder, { recursive: true });

// A receiver that fetches the files it is sent, and has no place for images.
const faulty = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
  request.on('end', async () => {
    const links = [...body.matchAll(/http:\/\/127\.0\.0\.1:\d+\/[^"]+/g)].map(([link]) => link);
    await Promise.all(links.map(async (link) => (await fetch(link)).arrayBuffer()));
    const isImage = /"type": ?"image"/.test(body);
    response.writeHead(isImage ? 503 : 200).end(isImage ? 'ENOSPC: no space left on device' : 'ok');
  });
});
await new Promise((resolve) => faulty.listen(3000, '127.0.0.1', resolve));
const url = 'http://localhost:3000/webhook';

await draw('send', `send fixture --url ${url}`);
await draw('check', `check ${url} --only 'event/unknown,deliver/image'`);
await draw('listen', 'listen --port 8080 --secret s3cret', async (listening) => {
  await run(`send fixture mixed test_request --secret s3cret --url ${listening}`);
  await run(`send fixture text --secret other --url ${listening}`);
});
faulty.close();

async function draw(name, command, meanwhile) {
  const output = await run(command, meanwhile);
  for (const [theme, colours] of Object.entries(themes)) {
    const path = join(folder, `${name}-${theme}.svg`);
    writeFileSync(
      path,
      svg([`\u001b[2m$\u001b[22m npx suvvy-hook ${command}`, ...output.trimEnd().split('\n')], colours),
    );
  }
}

/** Both streams of a command, coloured as on a terminal. One that listens is ended by Ctrl-C after `meanwhile`. */
function run(command, meanwhile) {
  const env = { PATH: process.env.PATH, FORCE_COLOR: '1', COLUMNS: String(columns) };
  const child = spawn('sh', ['-c', `exec node bin/suvvy-hook.js ${command} 2>&1`], { env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
    const [, listening] = /listening on (http:[^\s\x1b]+)/.exec(output) ?? [];
    if (!listening || !meanwhile) return;
    void meanwhile(listening).then(() => child.kill('SIGINT'));
    meanwhile = undefined;
  });
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}

/** Lines with colours in them as a picture: each piece stands at the column that it has in a terminal. */
function svg(lines, colours) {
  const [cell, line, margin] = [8.43, 20, 16];
  const texts = [];
  let row = 0;
  for (const text of lines) {
    let column = 0;
    let style = {};
    let spans = '';
    const endRow = () => {
      if (spans) texts.push(`<text y="${margin + 15 + row * line}">${spans}</text>`);
      [spans, column, row] = ['', 0, row + 1];
    };
    for (const [, codes, plain] of text.matchAll(/\u001b\[([\d;]*)m|([\x20-\x7e]+|[^\x1b])/gu)) {
      if (plain === undefined) style = restyle(style, codes);
      // A line that is too long goes on in the next row, at a word where there is one.
      for (let rest = plain ?? ''; rest !== '';) {
        const room = columns - column;
        const blank = rest.length > room ? rest.lastIndexOf(' ', room) : -1;
        const piece = rest.slice(0, blank > 0 ? blank + 1 : room);
        const x = (margin + column * cell).toFixed(1);
        if (piece.trim() !== '') spans += `<tspan x="${x}"${paint(style, colours)}>${escape(piece)}</tspan>`;
        rest = rest.slice(piece.length);
        column += width(piece);
        if (rest !== '') endRow();
      }
    }
    endRow();
  }
  const size = [Math.ceil(columns * cell + 2 * margin), row * line + 2 * margin];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(' ')}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${colours.text};white-space:pre}</style>
<rect width="100%" height="100%" rx="8" fill="${colours.ground}" stroke="${colours.dim}" stroke-opacity=".4"/>
${texts.join('\n')}
</svg>
`;
}

function restyle(style, codes) {
  let next = style;
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code >= 30 && code <= 39) next = { ...next, colour: code };
  }
  return next;
}

function paint({ bold, dim, colour }, colours) {
  const fill = colours[colour] ?? (dim ? colours.dim : '');
  return (fill && ` fill="${fill}"`) + (bold ? ' font-weight="bold"' : '');
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
