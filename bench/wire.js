import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from './measure.js';

/** Watches a port of this machine with tcpdump; null where that is not there or not permitted. */
export async function watchWire(port) {
  if (!has('tcpdump')) return null;
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const file = join(folder, 'wire.pcap');
  const args = ['-i', 'lo', '-s', '512', '-B', '16384', '-U', '--time-stamp-precision=nano', '-w', file];
  const child = spawn('tcpdump', [...args, `tcp port ${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  const listening = await new Promise((resolve) => {
    child.stderr.on('data', (chunk) => String(chunk).includes('listening on') && resolve(true));
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
  });
  if (!listening) {
    forget();
    return null;
  }
  return {
    /** Ends, and gives what each answer took on the wire, by its number. */
    read: async () => {
      // What the kernel has collected is handed over once a second.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      child.kill('SIGINT');
      await ended;
      return answersOf(packetsOf(readFileSync(file)), port);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      forget();
    },
  };
}

/**
 * By `X-Answer`: milliseconds to its first packet, from the last of the request (`waitMs`), from the SYN of the
 * connection (`totalMs`), and from whichever of the two this request began with (`latencyMs`).
 */
function answersOf(packets, port) {
  const answers = new Map();
  const lines = new Map();
  for (const { atMs, from, to, syn, text, bytes } of packets) {
    const client = from === port ? to : from;
    if (syn && client === from) lines.set(client, { openedAt: atMs, sentAt: null });
    const line = lines.get(client);
    if (!line || bytes === 0) continue;
    if (client === from) line.sentAt = atMs;
    else {
      const answer = Number(/^X-Answer: (\d+)/m.exec(text)?.[1]);
      if (!answer) continue;
      const [waitMs, totalMs] = [atMs - line.sentAt, atMs - line.openedAt];
      answers.set(answer, { waitMs, totalMs, latencyMs: line.isUsed ? waitMs : totalMs });
      line.isUsed = true;
    }
  }
  return answers;
}

/** TCP over IPv4 over Ethernet, as the loopback of Linux has it, in a file of nanoseconds. */
function* packetsOf(pcap) {
  let epoch;
  for (let at = 24; at + 16 <= pcap.length;) {
    const seconds = pcap.readUInt32LE(at);
    epoch ??= seconds;
    const atMs = (seconds - epoch) * 1000 + pcap.readUInt32LE(at + 4) / 1e6;
    const packet = pcap.subarray(at + 16, at + 16 + pcap.readUInt32LE(at + 8));
    at += 16 + packet.length;
    const ip = packet.subarray(14);
    const tcp = ip.subarray((ip[0] & 15) * 4);
    const headers = (ip[0] & 15) * 4 + (tcp[12] >> 4) * 4;
    yield {
      atMs,
      from: tcp.readUInt16BE(0),
      to: tcp.readUInt16BE(2),
      syn: (tcp[13] & 0x12) === 2,
      bytes: ip.readUInt16BE(2) - headers,
      text: ip.subarray(headers).toString('latin1'),
    };
  }
}
