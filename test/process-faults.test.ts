import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bin, start } from './helpers/process.ts';
import { dial } from './receiver/open-receiver.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const event = '{"event_type":"test_request"}';
const request = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${event.length}\r\n\r\n${event}`;

interface Ended {
  code: unknown;
  stdout: string;
  stderr: string;
}

/** Runs a line in a shell. `hook` in it is the built command. */
function shell(line: string, env: Record<string, string> = {}): Promise<Ended> {
  const hook = `"${process.execPath}" "${bin}"`;
  const options = { timeout: 15_000, env: { PATH: process.env['PATH']!, ...env } };
  return new Promise((resolve) => {
    execFile('sh', ['-c', line.replaceAll('hook ', `${hook} `)], options, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
  });
}

const stack = /^ +at /m;

test.each([
  ['an error that nobody catches', "throw new Error('boom s3cret-value')"],
  ['a promise that nobody awaits', "Promise.reject(new Error('boom s3cret-value'))"],
  [
    'two errors, one after the other',
    "queueMicrotask(() => { throw 1 }), Promise.reject(new Error('boom s3cret-value'))",
  ],
])('%s, in code of ours, is exit 70 and shows no secret', async (_, bug) => {
  const broken = `data:text/javascript,${encodeURIComponent(`setTimeout(() => { ${bug} }, 300)`)}`;
  const env = { NODE_OPTIONS: `--import=${broken}`, SUVVY_WEBHOOK_SECRET: 's3cret-value' };
  const { code, stderr } = await shell('hook listen --port 0', env);
  expect(code).toBe(70);
  expect(stderr).toMatch(/error: this is a bug in suvvy-hook: please report it with the lines above\n$/);
  expect(stderr).not.toContain('s3cret-value');
});

describe('signals, with connections open', () => {
  /** `listen` with one connection that says nothing, one in the middle of a body, one that hangs for its answer. */
  async function busy() {
    const journal = join(folder(), 'events.ndjson');
    const listen = start(['listen', '--port', '0', '--record', journal, '--respond', '200,hang']);
    const [, port] = await listen.until(/listening on http:\/\/[^:]+:(\d+)/);
    const acknowledged = await dial(Number(port));
    acknowledged.socket.write(request);
    await acknowledged.until('200 OK');
    const idle = await dial(Number(port));
    const hanging = await dial(Number(port));
    hanging.socket.write(request);
    const half = await dial(Number(port));
    half.socket.write(request.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n').slice(0, -5));
    // Now it is in flight for sure, and so is what came before.
    await half.until('100 Continue');
    return { listen, journal, idle };
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s: what is in flight has 2 s, then it ends', async (signal) => {
    const { listen, journal, idle } = await busy();
    const startedAt = performance.now();
    listen.child.kill(signal);
    await idle.ended();
    expect(await listen.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(6000);
    expect(listen.out()).toContain('1 acknowledged');
    expect(listen.err()).not.toMatch(stack);
    expect(readFileSync(journal, 'utf8')).toMatch(/"answer":\{"status":200/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s, twice: at once', async (signal, code) => {
    const { listen, idle } = await busy();
    listen.child.kill(signal);
    // Closing those that are idle is the first that it does.
    await idle.ended();
    const startedAt = performance.now();
    listen.child.kill(signal);
    expect((await listen.exited).code).toBe(code);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

describe('what it cannot do is one line', () => {
  test('a taken port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await shell(`hook listen --port ${port}`);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error: cannot listen on 127\.0\.0\.1:\d+: the port is taken\n {2}--port 0 takes any free port\n$/,
    );
  });

  test('a folder that can only be read', async () => {
    const cwd = folder();
    chmodSync(cwd, 0o555);
    // For root permissions are no obstacle: a file in the place of the folder is one for everybody.
    const inThere = process.getuid?.() === 0 ? join(bin, 'x') : join(cwd, 'x');
    for (const flags of [`--record ${inThere}`, `--ready-file ${inThere}`]) {
      const { code, stderr } = await shell(`hook listen --port 0 --quiet ${flags}`);
      expect([flags, code]).toEqual([flags, 3]);
      expect(stderr).toMatch(/^error: .*\n/);
      expect(stderr).not.toMatch(stack);
    }
    // What writes nothing works there.
    expect((await shell(`cd ${cwd} && hook fixtures list`)).code).toBe(0);
  });
});

describe('a world with parts missing', () => {
  test.each(['>&-', '2>&-', '>&- 2>&- <&-'])('streams that are closed: %s', async (closed) => {
    expect((await shell(`hook demo ${closed}`)).code).toBe(0);
    expect((await shell(`hook listen --port 0 --timeout 10ms ${closed}`)).code).toBe(0);
  });

  test('no environment at all', async () => {
    const { code, stdout, stderr } = await shell('env -i "$NODE" "$BIN" demo', { NODE: process.execPath, BIN: bin });
    expect(stdout).toContain('delivered');
    expect([code, stderr.match(stack)]).toEqual([0, null]);
  });

  test.each(['0', '-5', 'Infinity'])('COLUMNS=%s', async (columns) => {
    const { code, stdout } = await shell('hook demo', { COLUMNS: columns });
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
  });

  test('a pipe that is closed before the first line', async () => {
    const { stderr } = await shell('hook demo | true');
    expect(stderr).not.toMatch(stack);
    expect(stderr).not.toContain('error');
  });
});

const python = hasPython();

/** Runs the command in a terminal of its own, made by this script, which prints what is to be looked at. */
function inTerminal(script: string): Promise<Ended> {
  const path = join(folder(), 'terminal.py');
  writeFileSync(path, script);
  return shell(`"${python}" "${path}"`, { NODE: process.execPath, BIN: bin });
}

const prelude = `
import fcntl, os, pty, re, select, signal, struct, sys, termios, time, urllib.request
def spawn(*args, size=None):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(os.environ['NODE'], [os.environ['NODE'], os.environ['BIN'], *args])
    if size: fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', *size, 0, 0))
    return pid, fd
def read(fd, until=None, seconds=10):
    text = b''
    end = time.time() + seconds
    while time.time() < end:
        if until and re.search(until, text): break
        if not select.select([fd], [], [], 0.1)[0]: continue
        try: part = os.read(fd, 65536)
        except OSError: break
        if not part: break
        text += part
    return text
def ended(pid, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done: return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return 'late'
`;

describe.skipIf(python === null)('in a real terminal (skipped without python3)', () => {
  test('of 0 columns', async () => {
    const { stdout } = await inTerminal(`${prelude}
pid, fd = spawn('demo', size=(0, 0))
text = read(fd)
print(ended(pid), b'delivered' in text, b'    at ' in text)`);
    expect(stdout).toBe('0 True False\n');
  });

  test('that is closed: listen ends, with all that it has recorded', async () => {
    const journal = join(folder(), 'events.ndjson');
    const { stdout } = await inTerminal(`${prelude}
pid, fd = spawn('listen', '--port', '0', '--record', '${journal}')
text = read(fd, rb'listening on (http://[0-9.:]+)')
url = re.search(rb'listening on (http://[0-9.:]+)', text).group(1).decode()
request = urllib.request.Request(url, b'${event}', {'Content-Type': 'application/json'})
print(urllib.request.urlopen(request).status)
os.close(fd)
print(ended(pid))`);
    const [status, code] = stdout.trim().split('\n');
    expect(status).toBe('200');
    // By the signal, and not by an abort.
    expect(code).toBe('-1');
    expect(readFileSync(journal, 'utf8')).toMatch(/^\{"v":1,.*"status":200\}\}\n$/);
  });

  test('that is stopped: Ctrl-C ends it all the same', async () => {
    const { stdout } = await inTerminal(`${prelude}
pid, fd = spawn('listen', '--port', '0', '--verbose')
text = read(fd, rb'listening on (http://[0-9.:]+)')
url = re.search(rb'listening on (http://[0-9.:]+)', text).group(1).decode()
body = b'{"event_type":"x","text":"' + b'x' * 100000 + b'"}'
for _ in range(20):
    request = urllib.request.Request(url, body, {'Content-Type': 'application/json'})
    assert urllib.request.urlopen(request, timeout=5).status == 200
os.kill(pid, signal.SIGINT)
print(ended(pid))`);
    expect(stdout).toBe('0\n');
  });
});

function hasPython(): string | null {
  try {
    return execFileSync('python3', ['-c', 'import pty, sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
