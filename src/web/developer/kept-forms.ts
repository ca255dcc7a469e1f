/** What was typed when a proof of who somebody is had grown too old: kept in their browser until there is a new one. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Context } from 'koa';
import type { PortalPage } from '../account/sign-in.ts';
import { SignedCookie, type SignedCookieDeps } from '../account/signed-cookie.ts';
import type { Form } from '../forms/read-form.ts';
import { fieldNames } from './fields.ts';

const LIFE_SECONDS = 15 * 60;

/** A browser keeps 4096 bytes of a cookie, its name and attributes among them. */
const MAX_CHARACTERS = 2600;

interface Kept {
  readonly accountId: string;
  readonly page: PortalPage;
  /** Deflated. */
  readonly fields: string;
}

type Whose = Pick<Kept, 'accountId' | 'page'>;

const keptNames: readonly string[] = ['type', ...fieldNames];

export class KeptForms {
  readonly #cookie: SignedCookie<Kept>;

  constructor(deps: SignedCookieDeps) {
    this.#cookie = new SignedCookie('latchkey_developer_typed', LIFE_SECONDS, deps);
  }

  /** False for more than a cookie holds. */
  keep(ctx: Context, whose: Whose, form: Form): boolean {
    const typed = new URLSearchParams([...form].filter(([name]) => keptNames.includes(name)));
    const fields = deflateRawSync(typed.toString()).toString('base64url');
    if (fields.length > MAX_CHARACTERS) return false;
    this.#cookie.write(ctx, { ...whose, fields });
    return true;
  }

  find(ctx: Context, { accountId, page }: Whose): Form | undefined {
    const kept = this.#cookie.read(ctx);
    if (kept?.accountId !== accountId || kept.page !== page) return undefined;
    return new Map(new URLSearchParams(inflateRawSync(Buffer.from(kept.fields, 'base64url')).toString()));
  }

  forget(ctx: Context): void {
    this.#cookie.clear(ctx);
  }
}
