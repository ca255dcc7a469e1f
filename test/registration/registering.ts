/** What a user does to register, step by step. */
import { randomUUID } from 'node:crypto';
import { mailsTo } from '../support/mails.ts';
import { type Fixture, newVisitor } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

export const NEW_PASSWORD = 'seven quiet otters upstream';

export const newAddress = (): string => `${randomUUID()}@example.com`;

export interface Begun {
  readonly app: App;
  /** The browser that began. */
  readonly user: User;
  readonly email: string;
  readonly register: Page;
  /** On which the mail is waited for. */
  readonly waiting: Page;
}

export interface BeginOptions {
  readonly email?: string;
  readonly name?: string;
  readonly password?: string;
  readonly user?: User;
  readonly app?: App;
  readonly fields?: Readonly<Record<string, string>>;
  readonly request?: Readonly<Record<string, string>>;
}

export async function opensForm(
  { newApp }: Fixture,
  { user = newVisitor(), app, request }: Pick<BeginOptions, 'user' | 'app' | 'request'> = {},
): Promise<{ readonly app: App; readonly user: User; readonly register: Page }> {
  const used = app ?? (await newApp());
  return { app: used, user, register: await user.open(used.request({ prompt: 'create', ...request }).url) };
}

export async function begins(fixture: Fixture, options: BeginOptions = {}): Promise<Begun> {
  const { email = newAddress(), name = 'Wren', password = NEW_PASSWORD, fields } = options;
  const opened = await opensForm(fixture, options);
  const waiting = await opened.user.submit(opened.register, 'register-submit', { email, name, password, ...fields });
  return { ...opened, email, waiting };
}

/** The link of the latest mail to the address. */
export async function linkTo({ latchkey }: Fixture, email: string): Promise<string> {
  const link = (await mailsTo(latchkey, email)).at(-1)?.link;
  if (link === undefined) throw new Error(`no link was mailed to ${email}`);
  return link;
}

/** Opens the link of the latest mail and presses its button. */
export async function confirms(fixture: Fixture, email: string, user: User): Promise<Page> {
  return user.submit(await user.open(await linkTo(fixture, email)), 'confirm-submit');
}

export function shownCode({ body }: Page): string {
  const code = /id="confirmation-code"[^>]*>([^<]+)</.exec(body)?.[1];
  if (code === undefined) throw new Error(`no code is shown:\n${body}`);
  return code;
}

/** A code that is as long as the right one, and another. */
export const otherCode = (code: string): string => (code.startsWith('A') ? 'B' : 'A') + code.slice(1);

export function outcomeOf({ body, status, url }: Page): string {
  return /data-outcome="([^"]*)"/.exec(body)?.[1] ?? `${status} at ${url}`;
}

export function problemOf({ body }: Page): string | undefined {
  return /id="problem" data-problem="([^"]*)"/.exec(body)?.[1];
}

export const isConsent = ({ body }: Page): boolean => body.includes('id="consent-submit"');

/** Where the link with this id leads; undefined where the page has none. */
export function linkOn({ body, url }: Page, id: string): string | undefined {
  const href = new RegExp(`id="${id}" href="([^"]*)"`).exec(body)?.[1]?.replaceAll('&amp;', '&');
  return href === undefined ? undefined : new URL(href, url).href;
}
