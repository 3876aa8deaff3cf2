// The JavaScript of the package: src and what it needs of its libraries, split where it loads lazily. With nothing to
// install beside it, a first `npx suvvy-hook` takes a quarter of the time and every start a tenth less.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';
import { bundlePage } from './bundle-page.js';
import { bundledPackages, licences, sbom } from './bundled-packages.js';
import { directBuiltins } from './lean-libraries.js';

const out = 'dist';

// A file costs a start as much as tens of kilobytes in it. A group is what matches with all that it imports, but neither
// what is loaded lazily nor what an earlier group has.
const groups = [
  // Asked for after a typing mistake alone.
  { name: 'leven', test: /node_modules\/leven\// },
  { name: 'base', test: /src\/(errors|version|http\/clock|contract\/redact|text\/(safe|words|shell-quote))\.ts$/ },
  { name: 'cli', test: /src\/cli\.ts$/ },
  // What the library shares with `send`: it must not come with the commands.
  {
    name: 'delivery',
    test: /src\/(delivery\/(deliver-draft|record|summary|target)|http\/\w+|fixtures\/(compose|edit|load)|text\/units|commands\/delivering\/lines)\.ts$/,
  },
  { name: 'send', test: /src\/commands\/send\.ts$/ },
  // What every other command shares with `check`.
  {
    name: 'shared',
    test: /src\/(contract\/rules|delivery\/curl|fixtures\/asset-server|platform\/findings\/normal-text|commands\/(write-whole|start\/wait-until-up))\.ts$/,
  },
  // What the library shares with it.
  { name: 'checks', test: /src\/checks\/(report|run)\.ts$/ },
  { name: 'check', test: /src\/commands\/check\/(index|run)\.ts$/ },
];

const { output } = await build({
  input: { cli: 'src/cli.ts', index: 'src/index.ts' },
  platform: 'node',
  // Only `bin` imports the first, so it may export what other files take from it as well.
  preserveEntrySignatures: 'allow-extension',
  plugins: [directBuiltins],
  // jsonc-parser's main entry is UMD, which cannot be bundled.
  resolve: { mainFields: ['module', 'main'] },
  write: false,
  output: {
    format: 'esm',
    // Whoever looks into node_modules can read it, and a stack trace says something. Licences are in a file of their own.
    minify: false,
    comments: { legal: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  },
});

mkdirSync(out, { recursive: true });
// The declarations are tsc's, and new; all else is of an earlier build.
for (const entry of readdirSync(out)) if (entry !== 'types') rmSync(join(out, entry), { recursive: true });
for (const { fileName, code } of output) writeFileSync(join(out, fileName), code);
const modules = [...output.flatMap(({ moduleIds }) => moduleIds), ...(await bundlePage(join(out, 'ui')))];
const packages = bundledPackages(modules);
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences(packages));
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const bill = sbom(json('package.json'), packages, json('package-lock.json').packages);
writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
pruneTypes(join(out, 'types'));

/** tsc writes types for all that it reads; those that the front door leads to are enough. */
function pruneTypes(folder) {
  const wanted = new Set([join(folder, 'index.d.ts')]);
  for (const file of wanted)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g))
      wanted.add(join(dirname(file), `${path}.d.ts`));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(file)) rmSync(file);
  }
}
