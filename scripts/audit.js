// `npm audit`, read with the list of what is in dist: a hole in a tool stays here, one in the bundle is with every user.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { components } = JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8'));
const bundled = new Map(components.map(({ name, version, properties }) => [properties[0].value, `${name} ${version}`]));

const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
const { vulnerabilities } = answer(stdout);
if (!vulnerabilities) {
  process.stderr.write(`npm audit gave no answer:\n${stdout}${stderr}`);
  process.exitCode = 3;
} else {
  const found = Object.values(vulnerabilities).map(({ name, severity, via, nodes }) => ({
    inBundle: nodes.flatMap((path) => bundled.get(path) ?? []),
    // Of a package that is affected through another one, the other says why.
    text: `${name} (${severity}): ${via.map((cause) => cause.title ?? `through ${cause}`).join('; ')}`,
  }));
  const shipped = found.filter(({ inBundle }) => inBundle.length > 0);
  for (const { text } of found.filter((one) => !shipped.includes(one))) process.stdout.write(`a tool: ${text}\n`);
  for (const { inBundle, text } of shipped) process.stdout.write(`IN THE BUNDLE, ${inBundle.join(', ')}: ${text}\n`);
  process.stdout.write(`${bundled.size} packages in the bundle, ${shipped.length} of them affected\n`);
  if (shipped.length > 0) process.exitCode = 1;
}

/** What npm printed, or an object without anything where that is no JSON. */
function answer(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
