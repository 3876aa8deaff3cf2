/* oxlint-disable no-underscore-dangle -- so Node calls what a socket does for its stream */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import createUndiciConnector from 'undici/lib/core/connect.js';

type Connect = buildConnector.connector;

/** A longer request is not worth joining, and Node writes a longer string in two steps. */
const maxJoinedBytes = 8192;

/** Opens connections as undici does by itself, that cost less for each small request and answer. */
export function createConnect({ insecure, ca }: { insecure: boolean; ca: string | undefined }): Connect {
  const connect = createUndiciConnector({
    allowH2: false,
    timeout: 0,
    // Said in either case: else NODE_TLS_REJECT_UNAUTHORIZED decides.
    rejectUnauthorized: !insecure,
    ...(ca ? { ca } : {}),
    ...frugalReads(),
  });
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      writeInOne(socket);
      callback(null, socket);
    });
  };
}

/** Node takes 64 KiB from the system for each read, and gives back what was not filled: a copy of what came is cheaper. */
function frugalReads(): object {
  return {
    onread: {
      buffer: Buffer.allocUnsafeSlow(16_384),
      callback(this: Socket, size: number, buffer: Buffer) {
        return this.push(Buffer.from(buffer.subarray(0, size)));
      },
    },
  };
}

/** undici writes a head and a body; as a list of two they cost more than as one string. */
function writeInOne(socket: Socket): void {
  const writeList = socket._writev!.bind(socket);
  socket._writev = (chunks, done) => {
    let whole = '';
    for (const { chunk, encoding } of chunks as { chunk: string | Buffer; encoding: string }[]) {
      const isText = typeof chunk === 'string';
      if ((isText && encoding !== 'latin1') || whole.length + chunk.length > maxJoinedBytes)
        return writeList(chunks, done);
      whole += isText ? chunk : chunk.toString('latin1');
    }
    socket._write(whole, 'latin1', done);
  };
}
