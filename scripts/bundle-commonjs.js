// The library once more, for `require`: Jest, ts-jest, babel-jest and swc load tests as CommonJS, and Node before 20.19 takes
// nothing else from it. Lies beside the other files, so that what is read from the package is found in the same way.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { bundledPackages, packageUrl } from './bundled-packages.js';
import { directBuiltins } from './lean-libraries.js';

const out = 'dist';

const { output } = await build({
  input: { index: 'src/index.ts' },
  platform: 'node',
  plugins: [directBuiltins],
  resolve: { mainFields: ['module', 'main'] },
  write: false,
  output: {
    format: 'cjs',
    // Jest has no `import()` in a CommonJS module: what is loaded lazily is required lazily.
    dynamicImportInCjs: false,
    minify: false,
    comments: { legal: false },
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  },
});
for (const { fileName, code } of output) writeFileSync(join(out, fileName), code);

// Their licences and the bill of materials are written by the other build.
const listed = new Set(JSON.parse(readFileSync(join(out, 'sbom.cdx.json'), 'utf8')).components.map(({ purl }) => purl));
for (const { manifest } of bundledPackages(output.flatMap(({ moduleIds }) => moduleIds)))
  if (!listed.has(packageUrl(manifest))) throw new Error(`${manifest.name} is not in the bill of materials`);

// The same types for both: a declaration says by its name which of the two it describes.
const types = join(out, 'types');
for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !file.endsWith('.d.ts')) continue;
  const text = readFileSync(file, 'utf8').replaceAll(/(from |import\()'(\.[^']+)\.ts'/g, "$1'$2.cjs'");
  writeFileSync(file.replace(/\.d\.ts$/, '.d.cts'), text);
}
