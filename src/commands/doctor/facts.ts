import type { Host } from '../../host.ts';

/** What was found out about the environment. Plain data, so that the findings need no environment. */
export interface DoctorFacts {
  /** `20.18.1` */
  nodeVersion: string;
  /** What runs this in the place of Node (`Bun 1.3.0`); null for Node. */
  otherRuntime: string | null;
  /** The oldest Node that the package runs on. */
  minimumNode: string;
  env: Host['env'];
  /** The addresses of `localhost`, in the resolver's order. */
  localhost: readonly string[];
  /** Addresses of this machine on which something listens at the default port of `listen`. */
  defaultPort: { port: number; listening: readonly string[] };
  /** The webhook of `SUVVY_WEBHOOK_URL`; null if it is not set. */
  target: TargetFacts | { problem: string; hint: string | undefined } | null;
  inContainer: boolean;
  terminal: { isTTY: boolean; columns: number | undefined };
  /** Why no file can be written in the current folder; null if one can. */
  cannotWrite: string | null;
}

/** A webhook, and where something listens for it. */
export interface TargetFacts {
  url: URL;
  /** What its name resolves to; empty if it does not. Null where nobody looked, because that would leave this machine. */
  addresses: readonly string[] | null;
  /** Those of `addresses` on which something listens. */
  listening: readonly string[];
}

/** Something that was looked at: fine, worth knowing, or in the way. */
export interface DoctorFinding {
  id: string;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** A way out, in one sentence. */
  hint: string | null;
}
