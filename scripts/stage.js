// The folder that is published: what npm would pack, with the repository it comes from and links that work on npm's
// page and in an editor. The sources keep neither, so that a fork publishes as itself. `GITHUB_REPOSITORY=OWNER/NAME npm run stage FOLDER`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missingForPublishing, withAbsoluteLinks, withRepository, withRuleLinks } from './publishing.js';

const [folder] = process.argv.slice(2);
const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = process.env;
if (!folder || !name) throw new Error('usage: GITHUB_REPOSITORY=OWNER/NAME node scripts/stage.js FOLDER');

// Without scripts: what is there is what was tested.
const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
const paths = JSON.parse(packed)[0].files.map(({ path }) => path);
for (const path of paths) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  copyFileSync(path, join(folder, path));
}
const manifest = withRepository(JSON.parse(readFileSync('package.json', 'utf8')), `${server}/${name}`);
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
const base = { repository: `${server}/${name}`, tag: `v${manifest.version}` };
for (const path of paths.filter((file) => /^[^/]+\.md$/.test(file)))
  writeFileSync(join(folder, path), withAbsoluteLinks(readFileSync(path, 'utf8'), base));
for (const path of paths.filter((file) => /\.d\.c?ts$/.test(file)))
  writeFileSync(join(folder, path), withRuleLinks(readFileSync(path, 'utf8'), base));
process.stdout.write(`${paths.length} files of ${manifest.name} ${manifest.version} in ${folder}\n`);
const missing = missingForPublishing(manifest);
if (missing.length > 0) throw new Error(`still missing: ${missing.join(', ')}`);
