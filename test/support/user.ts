/** A user with a browser, for tests without one: keeps cookies, fills in forms, follows redirects as far as asked. */
import got, { type Got, type Response } from 'got';
import { CookieJar } from 'tough-cookie';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Response['headers'];
}

export interface User {
  readonly jar: CookieJar;
  open(url: string): Promise<Page>;
  /** Posts a form of the page, its hidden fields included; `button` picks the form by the id of a button in it. */
  submit(page: Page, button: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
}

export interface UserOptions {
  /** Redirects that lead to this prefix are where the user stops: an app's address that no server answers. */
  readonly stopAt?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Cookies to begin with. */
  readonly jar?: CookieJar;
}

const MAX_REDIRECTS = 10;

const unescapeHtml = (text: string): string =>
  text.replace(/&#(\d+);|&(amp|lt|gt|quot);/g, (_all, code: string | undefined, name: string) =>
    code === undefined ? ({ amp: '&', lt: '<', gt: '>', quot: '"' }[name] ?? '') : String.fromCodePoint(Number(code)),
  );

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescapeHtml(value);
}

function readForm(page: Page, button: string): { action: string; hidden: Record<string, string> } {
  const form = page.body.match(/<form[\s\S]*?<\/form>/g)?.find((html) => html.includes(`id="${button}"`));
  if (form === undefined)
    throw new Error(`no form holds a button ${button} at ${page.url} (${page.status}):\n${page.body}`);
  const hidden: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<(?:input|button)[^>]*>/g)) {
    const isPressed = attribute(tag, 'id') === button;
    const name = attribute(tag, 'name');
    if (name !== undefined && (attribute(tag, 'type') === 'hidden' || isPressed))
      hidden[name] = attribute(tag, 'value') ?? '';
  }
  return { action: new URL(attribute(form, 'action') ?? '', page.url).href, hidden };
}

export function newUser({ stopAt, headers, jar = new CookieJar() }: UserOptions = {}): User {
  const browser: Got = got.extend({
    cookieJar: jar,
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    headers: { accept: 'text/html', ...headers },
  });

  async function follow(first: Response<string>): Promise<Page> {
    let response = first;
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      const { location } = response.headers;
      const page = { url: response.url, status: response.statusCode, body: response.body, headers: response.headers };
      if (location === undefined) return page;
      const next = new URL(location, response.url).href;
      if (stopAt !== undefined && next.startsWith(stopAt)) return { ...page, url: next };
      response = await browser.get(next);
    }
    throw new Error('too many redirects');
  }

  return {
    jar,
    open: async (url) => follow(await browser.get(url)),
    async submit(page, button, fields = {}) {
      const { action, hidden } = readForm(page, button);
      return follow(await browser.post(action, { form: { ...hidden, ...fields } }));
    },
  };
}
