// Prints the table that docs/performance.md quotes. `npm run bench -- start-up send` runs some rows alone.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';

const folder = join(import.meta.dirname, 'rows');
const all = readdirSync(folder).map((file) => basename(file, '.js'));
const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? all.filter((name) => wanted.includes(name)) : all;

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const [{ model }] = cpus();
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} x ${model}, ${commit}\n\n`,
);
process.stdout.write('| what | goal | measured |\n|---|---|---|\n');
for (const name of names) {
  const { title, measure } = await import(join(folder, `${name}.js`));
  for (const { what, goal, got } of await measure()) process.stdout.write(`| ${title}: ${what} | ${goal} | ${got} |\n`);
}
