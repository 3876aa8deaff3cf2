// A plugin for the bundler: what a start would wait for, and needs not.

/**
 * An `import` of one of Node's modules reads everything that it exports, which loads more of Node: webcrypto, for one.
 *
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
  renderChunk: (code) =>
    code.replaceAll(/^import (.+) from "(node:[\w/]+)";$/gm, (_, names, module) => {
      const bound = names.replaceAll(' as ', ': ').replace('*: ', '');
      return `const ${bound} = globalThis.process.getBuiltinModule("${module}");`;
    }),
};
