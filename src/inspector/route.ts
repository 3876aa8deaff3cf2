import type { ServerResponse } from 'node:http';
import { HookError } from '../errors.ts';
import { ReplayRefused } from './replay.ts';

/** A request that came through the gate. */
interface RouteRequest {
  query: URLSearchParams;
  /** The parts of the path that the route left open. */
  params: readonly string[];
  /** The JSON of a POST; an empty object without one. */
  body: Record<string, unknown>;
  /** Aborts when the client leaves, or the server closes. */
  signal: AbortSignal;
  res: ServerResponse;
}

export type RouteReply =
  | { json: unknown; status?: number }
  | { bytes: Buffer; headers: Record<string, string> }
  /** It has answered by itself, and goes on. */
  | 'streaming';

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  run(request: RouteRequest): RouteReply | Promise<RouteReply>;
}

/** 404. */
export class NotFound extends HookError {}

/** 409: a thing that this kind of run has not. */
export class Impossible extends HookError {}

/** The status of a failed request. */
export function statusOfError(error: unknown): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof Impossible) return 409;
  if (error instanceof ReplayRefused) return 403;
  return error instanceof HookError ? 400 : 500;
}
