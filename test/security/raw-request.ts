/** Sends bytes as they are, where an HTTP client would tidy them up, and reads the status of the answer. */
import { connect } from 'node:net';

export interface RawRequest {
  readonly method?: string;
  /** The request target, as it is. */
  readonly target: string;
  /** Header lines, as they are; Host and Connection are added unless they are among them. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  /** Says that nothing more will come, as a client does that goes away in the middle. */
  readonly hangsUp?: boolean;
}

export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
}

const PATIENCE_MILLISECONDS = 20_000;

function bytesOf({ method = 'GET', target, headers = [], body }: RawRequest): Buffer {
  const has = (name: string): boolean => headers.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(has('host') ? [] : ['Host: localhost']),
    ...(has('connection') ? [] : ['Connection: close']),
    ...(body === undefined || has('content-length') || has('transfer-encoding')
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body ?? '')]);
}

/** Rejects when no answer comes in time: a hang. */
export function sendRaw(issuer: string, request: RawRequest): Promise<RawAnswer> {
  const { port } = new URL(issuer);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1');
    socket.setTimeout(PATIENCE_MILLISECONDS, () => {
      socket.destroy();
      reject(new Error(`no answer to ${request.method ?? 'GET'} ${request.target.slice(0, 200)}`));
    });
    const finish = (): void => {
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ status: Number(/^HTTP\/1\.[01] ([2-5]\d\d)/m.exec(text)?.[1] ?? 0), text });
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', finish);
    // The server may stop reading what it has refused already.
    socket.on('error', () => undefined);
    socket.write(bytesOf(request));
    if (request.hangsUp) socket.end();
  });
}
