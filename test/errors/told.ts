/** What somebody is told who made a mistake, in whichever form: JSON, a redirect to the app, a form that is handed over, or a page. */
import type { IncomingHttpHeaders } from 'node:http';
import got, { type OptionsOfTextResponseBody } from 'got';
import { newVisitor } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

export interface Told {
  readonly error: string | undefined;
  readonly description: string | undefined;
  readonly uri: string | undefined;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

type Parameters = Readonly<Record<string, string | undefined>>;

const fromParameters = ({ error, error_description: description, error_uri: uri }: Parameters): Told => ({
  ...{ error, description, uri },
});

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };
const unescaped = (html: string | undefined): string | undefined =>
  html?.replace(/&([^;]*);/g, (_all, name: string) => references[name] ?? '\0');

function fromPage(html: string): Told {
  if (html.includes('<form id="hand-over"')) {
    const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    return fromParameters(Object.fromEntries(fields.map(([, name, value]) => [name, unescaped(value)])));
  }
  const uri = unescaped(/<a rel="help" href="([^"]*)">/.exec(html)?.[1]);
  return {
    error: /<dd><code>([a-z_]+)<\/code><\/dd>/.exec(html)?.[1] ?? uri?.split('/').at(-1),
    description: unescaped(/<dd lang="en">([^<]*)<\/dd>/.exec(html)?.[1]),
    uri,
  };
}

function fromAddress(address: string): Told {
  const { searchParams, hash } = new URL(address);
  return fromParameters(Object.fromEntries(hash === '' ? searchParams : new URLSearchParams(hash.slice(1))));
}

export function toldBy({ headers, body }: Answer): Told {
  if (headers.location !== undefined) return fromAddress(headers.location);
  if (typeof body === 'object') return fromParameters(body as Parameters);
  return String(body).startsWith('{') ? fromParameters(JSON.parse(String(body))) : fromPage(String(body));
}

export function toldOnPage({ url, body }: Page): Told {
  return url.startsWith(CALLBACK) ? fromAddress(url) : fromPage(body);
}

/** In a browser, as far as the app’s address. */
export async function browse(url: string, user: User = newVisitor()): Promise<Told> {
  return toldOnPage(await user.open(url));
}

export async function call(url: string, options: OptionsOfTextResponseBody = {}): Promise<Told> {
  const plain = { throwHttpErrors: false, retry: { limit: 0 }, followRedirect: false } as const;
  return toldBy(await got(url, { ...options, ...plain }));
}
