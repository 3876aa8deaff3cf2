import type { Host } from '../../host.ts';

/** What we found out about the environment. Plain data, so that the findings do not depend on the environment. */
export interface DoctorFacts {
  /** `20.18.1` */
  nodeVersion: string;
  /** The runtime, if it is not Node (`Bun 1.3.0`); null for Node. */
  otherRuntime: string | null;
  /** The oldest Node that the package runs on. */
  minimumNode: string;
  env: Host['env'];
  /** The addresses of `localhost`, in the resolver's order. */
  localhost: readonly string[];
  /** The addresses of this machine where something listens on the default port of `listen`. */
  defaultPort: { port: number; listening: readonly string[] };
  /** The webhook of `SUVVY_WEBHOOK_URL`; null if it is not set. */
  target: TargetFacts | { problem: string; hint: string | undefined } | null;
  inContainer: boolean;
  terminal: { isTTY: boolean; columns: number | undefined };
  /** Why no file can be written in the current folder; null if files can be written. */
  cannotWrite: string | null;
}

/** A webhook, and where something listens for it. */
export interface TargetFacts {
  url: URL;
  /**
   * The addresses of its name; empty if there are none. Null if we did not ask, because asking would leave this
   * machine.
   */
  addresses: readonly string[] | null;
  /** The ones of `addresses` where something listens. */
  listening: readonly string[];
}

/** One finding: all is well, a warning, or an error. */
export interface DoctorFinding {
  id: string;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** What the user can do, in one sentence. */
  hint: string | null;
}
