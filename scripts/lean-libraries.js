// A plugin for the bundler: what our libraries would make a start wait for.

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
