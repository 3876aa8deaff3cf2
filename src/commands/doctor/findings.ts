import { fingerprint, secretProblem } from '../../contract/bearer.ts';
import type { DoctorFacts, DoctorFinding } from './facts.ts';
import { localhostFindings, portFindings, targetFindings } from './network-findings.ts';

/** Pure: what the facts mean for the user of this tool, in the order of the report. */
export function findingsOf(facts: DoctorFacts): DoctorFinding[] {
  return [nodeFindings, optionsFindings, secretFindings, targetFindings, localhostFindings, portFindings]
    .concat([proxyFindings, containerFindings, terminalFindings, folderFindings])
    .flatMap((look) => look(facts));
}

function nodeFindings({ nodeVersion, otherRuntime, minimumNode }: DoctorFacts): DoctorFinding[] {
  const id = 'node-version';
  const newer = 'install Node 22 or 24';
  if (otherRuntime !== null) {
    const message = `this runs on ${otherRuntime}, which is not supported: nothing was tested there`;
    return [{ id, level: 'warning', message, hint: 'run it with Node 22 or 24: npx suvvy-hook' }];
  }
  if (isOlder(nodeVersion, minimumNode))
    return [{ id, level: 'error', message: `Node ${nodeVersion} is older than ${minimumNode}`, hint: newer }];
  if (nodeVersion.startsWith('20.')) {
    const message = `Node ${nodeVersion} works, but Node 20 has had no security updates since April 2026`;
    return [{ id, level: 'warning', message, hint: newer }];
  }
  return [{ id, level: 'ok', message: `Node ${nodeVersion}`, hint: null }];
}

function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0;
}

function optionsFindings({ env }: DoctorFacts): DoctorFinding[] {
  const findings: DoctorFinding[] = [];
  if (env['NODE_OPTIONS']) {
    // Only names: a value may be a path or a token that must not be shown.
    const flags = env['NODE_OPTIONS'].match(/(?<!\S)-[\w-]+/g) ?? [];
    findings.push({
      id: 'node-options',
      level: 'warning',
      message: `NODE_OPTIONS changes every Node process, this one too: ${flags.join(' ') || 'no flags'}`,
      hint: 'if something behaves oddly, try it without: env -u NODE_OPTIONS suvvy-hook …',
    });
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    findings.push({
      id: 'tls-verification',
      level: 'error',
      message:
        'NODE_TLS_REJECT_UNAUTHORIZED=0: ignored here (tls-verified), but other Node programs verify no certificate',
      hint: 'unset it; here --cacert FILE trusts your own certificate, and --insecure accepts any',
    });
  return findings;
}

function secretFindings({ env }: DoctorFacts): DoctorFinding[] {
  const id = 'secret';
  const secret = env['SUVVY_WEBHOOK_SECRET'];
  if (!secret) {
    const message = `SUVVY_WEBHOOK_SECRET is ${secret === undefined ? 'not set' : 'empty, which counts as not set'}`;
    return [
      { id, level: 'ok', message: `${message}: --secret, --secret-file and --env-file are other ways`, hint: null },
    ];
  }
  const problem = secretProblem(secret);
  return problem
    ? [
        {
          id,
          level: 'error',
          message: `SUVVY_WEBHOOK_SECRET cannot be sent: ${problem}`,
          hint: 'set it again without it',
        },
      ]
    : [{ id, level: 'ok', message: `SUVVY_WEBHOOK_SECRET is set (sha256:${fingerprint(secret)})`, hint: null }];
}

function proxyFindings({ env }: DoctorFacts): DoctorFinding[] {
  const id = 'proxy';
  const names = Object.keys(env).filter((name) => /^(https?|all)_proxy$/i.test(name) && env[name]);
  if (names.length === 0) return [{ id, level: 'ok', message: 'no proxy is set', hint: null }];
  const message = `${names.join(', ')}: not used here, every delivery goes directly to its URL`;
  const spared = `${env['NO_PROXY'] ?? ''},${env['no_proxy'] ?? ''}`.split(/[\s,]+/);
  const missing = ['localhost', '127.0.0.1'].filter((name) => !spared.includes(name) && !spared.includes('*'));
  if (missing.length === 0) return [{ id, level: 'ok', message, hint: null }];
  const hint = 'curl and other tools may send even localhost there: export NO_PROXY=localhost,127.0.0.1,::1';
  return [{ id, level: 'warning', message, hint }];
}

function containerFindings({ inContainer }: DoctorFacts): DoctorFinding[] {
  if (!inContainer) return [];
  return [
    {
      id: 'container',
      level: 'warning',
      message: 'this is a container: its localhost is not the localhost of the host machine',
      hint: 'to reach a receiver outside, use host.docker.internal; to be reached, listen --host 0.0.0.0; so that it can download files, send --asset-host ADDRESS',
    },
  ];
}

function terminalFindings({ env, terminal }: DoctorFacts): DoctorFinding[] {
  const id = 'terminal';
  const { isTTY, columns } = terminal;
  const variables = ['CI', 'NO_COLOR', 'FORCE_COLOR'].filter((name) => env[name]);
  const kind = isTTY ? `a terminal of ${columns || 'unknown'} columns` : 'no terminal';
  const message = [`stdout is ${kind}`, ...variables.map((name) => `${name} is set`)].join(' · ');
  if (env['NO_COLOR'] && env['FORCE_COLOR'])
    return [{ id, level: 'warning', message, hint: 'NO_COLOR wins over FORCE_COLOR: unset one of them' }];
  if (isTTY && env['TERM'] === 'dumb')
    return [
      {
        id,
        level: 'warning',
        message: `${message} · TERM is dumb: no colours`,
        hint: 'set TERM to the real type of the terminal',
      },
    ];
  if (isTTY && columns && columns < 60)
    return [{ id, level: 'warning', message, hint: 'the output is made for 60 columns or more' }];
  return [{ id, level: 'ok', message, hint: null }];
}

function folderFindings({ cannotWrite }: DoctorFacts): DoctorFinding[] {
  const id = 'folder';
  if (cannotWrite === null) return [{ id, level: 'ok', message: 'files can be written in this folder', hint: null }];
  const message = `no file can be written in this folder: ${cannotWrite}`;
  return [
    {
      id,
      level: 'warning',
      message,
      hint: 'write files to another folder: --ready-file /tmp/ready.json',
    },
  ];
}
