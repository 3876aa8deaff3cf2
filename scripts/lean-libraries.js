// Plugins for the bundler: what our libraries would make a start, or a download, wait for.

/**
 * CommonJS libraries come by Node's own modules through a `createRequire` that takes as long as a small file. Commander
 * has `child_process` for commands that are programs of their own: it is loaded when it is called, which is never.
 */
export const directBuiltins = {
  name: 'direct-builtins',
  transform: {
    filter: { id: /node_modules/ },
    handler: (code) =>
      code
        .replace("const childProcess = require('node:child_process');", '')
        .replaceAll('childProcess.spawn(', "require('node:child_process').spawn(")
        .replaceAll(/\brequire\('(node:[\w/]+)'\)/g, "globalThis.process.getBuiltinModule('$1')"),
  },
};

const client = '\0undici-client';

/** Load mode takes the Client of undici: the rest, such as fetch and its caches, is the larger half. */
export const undiciClient = {
  name: 'undici-client',
  resolveId: { filter: { id: /^undici$/ }, handler: () => client },
  load: {
    filter: { id: new RegExp(`^${client}$`) },
    handler: () => "export { default as Client } from 'undici/lib/dispatcher/client.js';",
  },
};
