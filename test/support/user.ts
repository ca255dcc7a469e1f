/** A user with a browser, for tests without one: keeps cookies, fills in forms, follows redirects as far as asked. */
import got, { type Got, type Response } from 'got';
import { CookieJar } from 'tough-cookie';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Response['headers'];
}

export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface User {
  readonly jar: CookieJar;
  open(url: string): Promise<Page>;
  /**
   * Posts a form of the page with its hidden fields and its boxes that are ticked; `button` picks the form by the id of a button in it.
   * A field that is given takes the place of all of its name: a list for boxes, none of which unticks them.
   */
  submit(page: Page, button: string, fields?: Fields): Promise<Page>;
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

/** The boxes of a page that share a name, each with whether it is ticked. */
export function boxesOf({ body }: Pick<Page, 'body'>, name: string): Readonly<Record<string, boolean>> {
  const boxes = [...body.matchAll(/<input[^>]*type="checkbox"[^>]*>/g)].map(([tag]) => tag);
  const named = boxes.filter((tag) => attribute(tag, 'name') === name);
  return Object.fromEntries(named.map((tag) => [attribute(tag, 'value') ?? 'on', /\schecked\b/.test(tag)]));
}

interface SentForm {
  readonly action: string;
  readonly fields: readonly (readonly [string, string])[];
}

function readForm(page: Page, button: string): SentForm {
  const form = page.body.match(/<form[\s\S]*?<\/form>/g)?.find((html) => html.includes(`id="${button}"`));
  if (form === undefined)
    throw new Error(`no form holds a button ${button} at ${page.url} (${page.status}):\n${page.body}`);
  const fields: [string, string][] = [];
  for (const [tag] of form.matchAll(/<(?:input|button)[^>]*>/g)) {
    const isPressed = attribute(tag, 'id') === button;
    const isTicked = attribute(tag, 'type') === 'checkbox' && /\schecked\b/.test(tag);
    const name = attribute(tag, 'name');
    if (name !== undefined && (attribute(tag, 'type') === 'hidden' || isTicked || isPressed))
      fields.push([name, attribute(tag, 'value') ?? '']);
  }
  return { action: new URL(attribute(form, 'action') ?? '', page.url).href, fields };
}

function filledIn(sent: SentForm['fields'], given: Fields): string {
  const own = sent.filter(([name]) => !Object.hasOwn(given, name));
  const others = Object.entries(given).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  return new URLSearchParams(
    [...own, ...others].map(([name = '', value = '']): [string, string] => [name, value]),
  ).toString();
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
      const { action, fields: sent } = readForm(page, button);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return follow(await browser.post(action, { body: filledIn(sent, fields), headers }));
    },
  };
}
