/** Sends a form of a page as another site could: with fields left out, other headers, another method. */
import got, { type Method, type Response } from 'got';
import type { Page, User } from '../support/user.ts';

export interface SentForm {
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: Method;
  readonly body?: string | Buffer;
}

export interface PageForm {
  readonly address: string;
  readonly hidden: Readonly<Record<string, string>>;
}

/** The form whose action ends with this. */
export function formOf(page: Page, action: string): PageForm {
  const form = page.body.match(/<form[\s\S]*?<\/form>/g)?.find((html) => html.includes(`${action}`));
  if (form === undefined) throw new Error(`no form leads to ${action} at ${page.url}:\n${page.body}`);
  const target = /action="([^"]*)"/.exec(form)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const inputs = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    address: new URL(target, page.url).href,
    hidden: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value])),
  };
}

export async function send(user: User, { address, hidden }: PageForm, sent: SentForm = {}): Promise<Response<string>> {
  const { fields = {}, headers = {}, method = 'POST', body } = sent;
  const form = Object.entries({ ...hidden, ...fields }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const isRead = method === 'GET' || method === 'HEAD';
  return got(isRead ? `${address}&${new URLSearchParams(form)}` : address, {
    method,
    cookieJar: user.jar,
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    headers: { accept: 'text/html', ...headers },
    ...(!isRead && (body === undefined ? { form: Object.fromEntries(form) } : { body })),
  });
}
