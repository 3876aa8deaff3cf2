// The JavaScript of the package: src and what it needs of its libraries, split where it loads lazily. With nothing to
// install beside it, a first `npx suvvy-hook` takes a fifth of the time (docs/packaging.md has the figures).
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const out = 'dist';

const { outputFiles, metafile } = await build({
  entryPoints: ['src/cli.ts', 'src/host.ts', 'src/index.ts'],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  // jsonc-parser's main entry is UMD, which cannot be bundled.
  mainFields: ['module', 'main'],
  charset: 'utf8',
  // Whoever looks into node_modules can read it, and a stack trace says something. Licences are in a file of their own.
  minify: false,
  legalComments: 'none',
  outdir: out,
  metafile: true,
  write: false,
  logLevel: 'warning',
});

mkdirSync(out, { recursive: true });
for (const file of readdirSync(out)) if (/\.(js|txt)$/.test(file)) rmSync(join(out, file));
for (const { path, text } of outputFiles) writeFileSync(join(out, basename(path)), withRequire(text));
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences(Object.keys(metafile.inputs)));

/** Libraries in CommonJS ask for Node's own modules by `require`, which modules do not have. */
function withRequire(text) {
  if (!text.includes('var __require =')) return text;
  return `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${text}`;
}

/** What each inlined package says about copying, in the order of the names. */
function licences(inputs) {
  const folders = new Set(inputs.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  const sections = [...folders].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${dirname(folder)}/${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  const intro = 'dist/*.js contain code of these packages.\n';
  return [intro, ...sections].join(`\n${'-'.repeat(72)}\n\n`);
}
