import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { systemHost } from '../src/host.ts';

/** As much of a process as a host asks for, on a terminal. */
function terminal(env: Record<string, string> = {}) {
  const output = () => {
    const lines: string[] = [];
    return Object.assign(new EventEmitter(), {
      isTTY: true,
      columns: 80,
      lines,
      write: (text: string) => lines.push(text),
    });
  };
  const proc = Object.assign(new EventEmitter(), {
    stdin: { isTTY: true },
    stdout: output(),
    stderr: output(),
    env,
    cwd: () => '/work',
    argv: ['node', '/work/bin/suvvy-hook.js'],
    // Seconds after a signal a host ends its process, whichever test runs by then.
    exit: () => {},
  });
  return { proc, host: systemHost(proc as unknown as NodeJS.Process) };
}

describe('style', () => {
  test('colours a list of lines as it colours each of them', async () => {
    const { host } = terminal();
    const style = await host.style(host.stdout);
    expect(['one', 'two'].map(style.dim)).toEqual([style.dim('one'), style.dim('two')]);
    expect(style.dim('one')).toBe('\x1b[2mone\x1b[22m');
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{ TERM: 'dumb' }, false],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
  ])('%j: coloured %s', async (env, coloured) => {
    const { host } = terminal(env);
    const style = await host.style(host.stdout);
    expect(style.dim('one') !== 'one').toBe(coloured);
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ])('%s a second time means now', (signal, exitCode) => {
    const { host, proc } = terminal();
    const exits: unknown[] = [];
    Object.assign(proc, { exit: (code: unknown) => exits.push(code) });
    expect(host.signal.aborted).toBe(false);
    proc.emit(signal);
    expect([host.signal.aborted, exits]).toEqual([true, []]);
    proc.emit(signal);
    expect(exits).toEqual([exitCode]);
  });

  test('leaves the line that the terminal writes its ^C on', () => {
    const { host, proc } = terminal();
    expect(host.signal.aborted).toBe(false);
    proc.emit('SIGINT');
    expect(host.signal.aborted).toBe(true);
    expect(proc.stderr.lines).toEqual(['\n']);
  });

  test('SIGTERM and a pipe have no ^C', () => {
    const { host, proc } = terminal();
    expect(host.signal.aborted).toBe(false);
    proc.emit('SIGTERM');
    const piped = terminal();
    piped.proc.stderr.isTTY = false;
    expect(piped.host.signal.aborted).toBe(false);
    piped.proc.emit('SIGINT');
    expect([...proc.stderr.lines, ...piped.proc.stderr.lines]).toEqual([]);
  });
});

test('a terminal that is closed ends a run as SIGTERM does', () => {
  const { host, proc } = terminal();
  expect(host.signal.aborted).toBe(false);
  proc.emit('SIGHUP');
  expect(host.signal.reason).toEqual({ signal: 'SIGHUP', exitCode: 143 });
});
