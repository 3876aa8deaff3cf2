// What the receivers use of packages that bring no types.

declare module 'express' {
  import type { RequestListener } from 'node:http';

  interface Request {
    body: any;
    get(name: string): string | undefined;
  }
  interface Response {
    sendStatus(status: number): void;
  }
  interface App extends RequestListener {
    use(middleware: unknown): void;
    post(path: string, handler: (req: Request, res: Response) => void): void;
  }
  const express: { (): App; json(): unknown };
  export default express;
}

declare module 'express4' {
  export { default } from 'express';
}

declare module 'koa' {
  import type { IncomingMessage, RequestListener } from 'node:http';

  interface Context {
    method: string;
    path: string;
    status: number;
    req: IncomingMessage;
    get(name: string): string;
    throw(status: number): never;
  }
  export default class Koa {
    use(middleware: (ctx: Context) => void | Promise<void>): void;
    callback(): RequestListener;
  }
}
