/** The way back to an app whose sign-in cannot go on here. */
import type Koa from 'koa';
import type { ClientPayload } from '../provider/interactions.ts';
import { allowImagesFrom } from './middleware/security-headers.ts';
import type { BackTo } from './pages/page-models.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export function clientName(client: ClientPayload): string {
  return text(client.client_name) ?? text(client.client_id) ?? '';
}

/** The app's logo, where the security headers can make room for its address. */
export function shownLogo(ctx: Pick<Koa.Context, 'response' | 'set'>, client: ClientPayload): string | undefined {
  const logo = text(client.logo_uri);
  return logo !== undefined && allowImagesFrom(ctx, logo) ? logo : undefined;
}

/** OIDC Core 4: where the app lets a sign-in begin; else its own page. */
export function wayBackTo(client: ClientPayload | undefined, issuer: string): BackTo | undefined {
  if (client === undefined) return undefined;
  const name = clientName(client);
  const initiate = text(client.initiate_login_uri);
  if (initiate !== undefined) {
    const href = new URL(initiate);
    href.searchParams.set('iss', issuer);
    return { name, href: href.href };
  }
  const home = text(client.client_uri);
  return home === undefined ? undefined : { name, href: home };
}
