/** The control API of the run, with its token. */
export interface Api {
  get<Value>(path: string, signal?: AbortSignal): Promise<Value>;
  post<Value>(path: string, body: object): Promise<Value>;
  remove(path: string): Promise<void>;
  bytes(path: string): Promise<{ bytes: ArrayBuffer; type: string; isDownload: boolean }>;
  stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** What the server said instead of what was wanted; status 0 where it said nothing. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function createApi(token: string): Api {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` };
    const res = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' }).catch(
      (error: unknown) => {
        throw new ApiError(0, String(error));
      },
    );
    if (res.ok) return res;
    const said = (await res.json().catch(() => ({}))) as { error?: unknown };
    throw new ApiError(res.status, typeof said.error === 'string' ? said.error : `${res.status}`);
  };
  return {
    get: async <Value>(path: string, signal?: AbortSignal) =>
      (await (await call(path, signal ? { signal } : {})).json()) as Value,
    async post<Value>(path: string, body: object) {
      const headers = { 'Content-Type': 'application/json' };
      return (await (await call(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Value;
    },
    async remove(path) {
      await call(path, { method: 'DELETE' });
    },
    async bytes(path) {
      const res = await call(path);
      return {
        bytes: await res.arrayBuffer(),
        type: res.headers.get('Content-Type') ?? '',
        isDownload: res.headers.has('Content-Disposition'),
      };
    },
    stream: async (path, signal) => (await call(path, { signal })).body!,
  };
}
