#!/usr/bin/env node

// Our libraries get Node's modules by it. A Node that has none is too old for us, and `doctor` is to run there to say so.
process.getBuiltinModule ??= (await import('node:module')).createRequire(import.meta.url);
// Node 22 and later keep compiled code between runs.
process.getBuiltinModule('node:module').enableCompileCache?.();
const { main, systemHost } = await import('../dist/cli.js');

process.exitCode = await main(process.argv.slice(2), systemHost(process));

// A name lookup cannot be cancelled, and a name server that never answers would hold us for most of a minute.
if (process.getActiveResourcesInfo?.().includes('GetAddrInfoReqWrap')) {
  const flushed = (output) => new Promise((resolve) => output.write('', () => resolve()));
  await Promise.all([process.stdout, process.stderr].map(flushed));
  // An exit waits for the thread of the lookup; a process that becomes another one does not. Node 22.15 and later can.
  if (process.platform !== 'win32') process.execve?.('/bin/sh', ['sh', '-c', `exit ${process.exitCode}`], {});
  process.exit();
}
