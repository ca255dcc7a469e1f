/** The least that a host of oidc-provider must do: a login form with one bcrypt, and a consent form. */
import bcrypt from 'bcrypt';
import type Koa from 'koa';
import type Provider from 'oidc-provider';

interface Accounts {
  readonly logins: readonly string[];
  readonly passwordHash: string;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

async function readForm(ctx: Koa.Context): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

async function login(ctx: Koa.Context, { logins, passwordHash }: Accounts) {
  const form = await readForm(ctx);
  const name = form.get('login') ?? '';
  const isRight = await bcrypt.compare(form.get('password') ?? '', passwordHash);
  if (!isRight || !logins.includes(name)) ctx.throw(400, 'wrong');
  return { login: { accountId: name } };
}

async function consent(provider: Provider, { params, session, grantId, prompt }: Interaction) {
  const accountId = session?.accountId;
  if (accountId === undefined) throw new Error('no account consents');
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params.client_id) });
  const details = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return { consent: { grantId: await grant.save() } };
}

export function toyPages(provider: Provider, accounts: Accounts): Koa.Middleware {
  return async (ctx, next) => {
    const [, uid, verb] = /^\/interaction\/([\w-]+)(?:\/(login|consent))?$/.exec(ctx.path) ?? [];
    if (uid === undefined) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    if (verb === undefined) {
      ctx.type = 'html';
      ctx.body = `<!doctype html><form method="post" action="/interaction/${uid}/${interaction.prompt.name}"><input name="login"><input name="password" type="password"><button>Go on</button></form>`;
      return;
    }
    const result = verb === 'login' ? await login(ctx, accounts) : await consent(provider, interaction);
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
    ctx.status = 303;
  };
}
