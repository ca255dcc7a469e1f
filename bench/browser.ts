/** A minimal browser: keeps cookies, sends forms, follows no redirect by itself. */
import type { Dispatcher } from 'undici';

export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

export interface Browser {
  get(path: string): Promise<Answer>;
  post(path: string, form: URLSearchParams): Promise<Answer>;
}

/** Path and query of an address, whatever its host: a provider in production names its issuer's. */
export function pathOf(location: string): string {
  const { pathname, search } = new URL(location, 'http://localhost');
  return `${pathname}${search}`;
}

export function newBrowser(connections: Dispatcher): Browser {
  const cookies = new Map<string, string>();

  function keep(set: string | readonly string[] | undefined): void {
    for (const line of [set ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
  }

  async function send(method: 'GET' | 'POST', path: string, form?: URLSearchParams): Promise<Answer> {
    const { statusCode, headers, body } = await connections.request({
      method,
      path,
      headers: {
        accept: 'text/html',
        cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { body: form.toString() }),
    });
    keep(headers['set-cookie']);
    return { status: statusCode, location: String(headers.location ?? ''), body: await body.text() };
  }

  return {
    get: (path) => send('GET', path),
    post: (path, form) => send('POST', path, form),
  };
}
