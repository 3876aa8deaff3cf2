// What npm asks of a package that is published with provenance, and what its page makes of a README.

const fields = ['repository', 'homepage', 'bugs'];

/** The fields that npm's page and `npm publish --provenance` need, and that the manifest does not have. */
export function missingForPublishing(manifest) {
  return fields.filter((field) => !(manifest[field]?.url ?? manifest[field]));
}

/** The manifest, saying where it comes from. npm refuses a provenance that names another repository. */
export function withRepository(manifest, repository) {
  return {
    ...manifest,
    homepage: `${repository}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git` },
  };
}

/** A page at the root of the repository with links that lead to the files of that tag from anywhere: npm has no others. */
export function withAbsoluteLinks(markdown, { repository, tag }) {
  const file = (path) => (isRelative(path) ? `${repository}/blob/${tag}/${path}` : path);
  // A page about a picture is no picture.
  const picture = (path) => (isRelative(path) ? `${repository}/raw/${tag}/${path}` : path);
  return markdown
    .replaceAll(/(!\[[^\]]*\])\(([^)\s]+)\)/g, (_all, label, path) => `${label}(${picture(path)})`)
    .replaceAll(/\]\(([^)\s]+)\)/g, (_all, path) => `](${file(path)})`)
    .replaceAll(/\b(src|srcset)="([^"]+)"/g, (_all, name, path) => `${name}="${picture(path)}"`);
}

/** Declarations whose comments lead from each rule, such as R7, to the page that quotes it: an editor shows them. */
export function withRuleLinks(declarations, { repository, tag }) {
  const page = `${repository}/blob/${tag}/docs/contract.md#documented`;
  // Not in code.
  const rule = /`[^`]*`|(?<![.\w])R\d+\b/g;
  return declarations.replaceAll(/\/\*\*[\s\S]*?\*\//g, (comment) =>
    comment.replaceAll(rule, (found) => (found.startsWith('`') ? found : `[${found}](${page})`)),
  );
}

function isRelative(path) {
  return !/^([a-z][a-z\d+.-]*:|#|\/)/i.test(path);
}
