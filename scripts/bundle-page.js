// The page of the inspector: a script, a style, and the words of another language, without a byte that it does not need.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const page = 'src/inspector/page';

/** Writes the page into a folder, and gives back what its script was made of. */
export async function bundlePage(folder) {
  const { output } = await build({
    input: join(page, 'main.tsx'),
    platform: 'browser',
    tsconfig: join(page, 'tsconfig.json'),
    write: false,
    output: {
      format: 'esm',
      minify: true,
      comments: { legal: false },
      entryFileNames: 'app.js',
      chunkFileNames: '[name].js',
    },
  });
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(folder, fileName), code);
  writeFileSync(join(folder, 'app.css'), smaller(readFileSync(join(page, 'app.css'), 'utf8')));
  writeFileSync(join(folder, 'index.html'), readFileSync(join(page, 'index.html')));
  return output.flatMap(({ moduleIds }) => moduleIds);
}

/** Without comments, and without blanks where none is needed: nothing in ours is a string with blanks in a row. */
function smaller(css) {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,>]) ?/g, '$1')
    .replaceAll(/: /g, ':')
    .replaceAll(/(?<=[ :(,-])0\.(?=\d)/g, '.')
    .replaceAll(';}', '}')
    .trim();
}
