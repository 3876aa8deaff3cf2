import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, number, root, run } from '../measure.js';

export const title = 'installing';

export function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  try {
    run(['npm', 'pack', root, '--pack-destination', folder, '--silent', '--ignore-scripts']);
    const tarball = join(
      folder,
      readdirSync(folder).find((file) => file.endsWith('.tgz')),
    );
    writeFileSync(join(folder, 'package.json'), '{}');
    run(['npm', 'i', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', tarball]);
    const mb = Number(run(['du', '-sk', join(folder, 'node_modules')]).stdout.split('\t')[0]) / 1024;
    const packages =
      run(['npm', 'ls', '--prefix', folder, '--all', '--parseable']).stdout.trim().split('\n').length - 1;
    const npx = (spec, name) => {
      const cache = mkdtempSync(join(folder, 'cache-'));
      return run(['npx', '--yes', `--package=${spec}`, name, '--version'], { npm_config_cache: cache }).wall;
    };
    // In turn, and five times: it takes as long as the registry does to answer.
    const pairs = Array.from({ length: 5 }, () => [npx(tarball, 'suvvy-hook'), npx('smee-client', 'smee')]);
    const [ours, smee] = [0, 1].map((side) => median(pairs.map((pair) => pair[side])));
    return [
      { what: 'installed', goal: '<= 13 MB, <= 36 packages', got: `${number(mb, 1)} MB, ${packages} packages` },
      { what: 'cold npx', goal: '<= 1.0 x smee-client', got: `${number(ours / smee)} x` },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
