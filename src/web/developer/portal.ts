/** Everything at /developer. What changes something needs that somebody proved who they are a short time ago, as at /account. */
import type { RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import {
  canBeSent,
  createOwnClient,
  findOwnClient,
  MAX_OVERLAP_HOURS,
  MAX_OWN_CLIENTS,
  newClientForm,
  type OwnClient,
  type OwnClientDeps,
  ownClientId,
  removeOwnClient,
  rotateOwnSecret,
  updateOwnClient,
} from '../../domain/clients/developers-clients.ts';
import { type ClientType, clientTypes } from '../../domain/clients/metadata/kinds.ts';
import type { ClientMetadata } from '../../domain/clients/metadata/metadata.ts';
import { isOwnedBy } from '../../domain/clients/ownership.ts';
import { secretReference } from '../../domain/clients/secrets.ts';
import { DomainError, type MemberProblem } from '../../domain/domain-error.ts';
import type { ClientCache } from '../../provider/adapter/clients.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { noteFor } from '../../provider/request.ts';
import type { RegisteredClient } from '../../storage/records/clients.ts';
import type { EventStore } from '../../storage/records/events.ts';
import type { SignedIn } from '../account/sessions.ts';
import type { SignedCookieDeps } from '../account/signed-cookie.ts';
import type { Form } from '../forms/read-form.ts';
import { requestLanguage } from '../pages/language.ts';
import { seeOther } from '../see-other.ts';
import { givenOf, patchOf, typedIn } from './fields.ts';
import { KeptForms } from './kept-forms.ts';
import { showPortalMessage } from './message.ts';
import { type ClientPage, clientPage, clientsPage, newClientPage, type TypedClient } from './pages.ts';
import { clientPath, DEVELOPER_PATH } from './paths.ts';
import { clientIdIn, PortalVisits, portalPageOf, type VisitDeps } from './visits.ts';

export interface PortalDeps extends VisitDeps, SignedCookieDeps, OwnClientDeps {
  readonly events: OwnClientDeps['events'] & Pick<EventStore, 'list'>;
  readonly cache: Pick<ClientCache, 'reload'>;
  readonly resources: Pick<ResourceCache, 'get'>;
}

/** Each answers one address. */
export interface Portal {
  readonly list: Middleware;
  readonly showNew: Middleware;
  readonly create: Middleware;
  readonly show: Middleware;
  readonly update: Middleware;
  readonly rotate: Middleware;
  readonly remove: Middleware;
}

const isClientType = (text: string): text is ClientType => clientTypes.some((type) => type === text);

function typeIn(form: Form | undefined): ClientType {
  const type = form?.get('type') ?? '';
  return isClientType(type) ? type : 'web';
}

/** Of metadata that cannot be registered. */
function problemsIn(error: unknown): readonly MemberProblem[] {
  if (error instanceof DomainError && error.code === 'client_metadata_invalid') return error.problems;
  throw error;
}

type Shown = TypedClient & Pick<ClientPage, 'newSecret' | 'problemAt'> & { readonly status?: number };

const newSecretIn = (metadata: ClientMetadata | undefined): string | undefined =>
  typeof metadata?.client_secret === 'string' ? metadata.client_secret : undefined;

const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;

export function createPortal(deps: PortalDeps): Portal {
  const { clients, events, keyedHash, clock, issuer, forms, pages, signIn, cache, resources } = deps;
  const visits = new PortalVisits(deps);
  const kept = new KeptForms(deps);
  const noting = (ctx: RouterContext) => ({ ...deps, note: noteFor(ctx) });
  const ownedBy = (ctx: RouterContext, { account }: SignedIn): OwnClient => ({
    clientId: clientIdIn(ctx),
    owner: account.id,
  });
  /** One that can be sent goes on. */
  const formIn = (form: Form | undefined): string => {
    const named = form?.get('form') ?? '';
    return canBeSent(named, clock) ? named : newClientForm(clock);
  };
  const portalOf = (ctx: RouterContext, { account, isFresh }: SignedIn) => ({
    ...{ language: requestLanguage(ctx), account, isFresh, csrfToken: forms.tokenFor() },
  });

  async function apiOf({ metadata: { resources: bound } }: RegisteredClient): Promise<ClientPage['api']> {
    const identifier: unknown = Array.isArray(bound) ? bound[0] : undefined;
    const resource = typeof identifier === 'string' ? await resources.get(identifier) : undefined;
    return resource && { identifier: resource.identifier, scopes: Object.keys(resource.scopes) };
  }

  function showNewClient(ctx: RouterContext, signedIn: SignedIn, form: Form | undefined, shown: Shown = {}): void {
    const { status = 200, ...more } = shown;
    const typed = form && typedIn(form);
    const page = { ...portalOf(ctx, signedIn), form: formIn(form), type: typeIn(form), typed, ...more };
    pages.show(ctx, newClientPage(page), status);
  }

  async function showClient(ctx: RouterContext, signedIn: SignedIn, own: OwnClient, shown: Shown = {}): Promise<void> {
    const client = await findOwnClient(own, deps);
    const { status = 200, ...more } = shown;
    const page = {
      ...{ ...portalOf(ctx, signedIn), client, issuer, now: clock.now() },
      reference: secretReference(client, keyedHash),
      api: await apiOf(client),
      program: ctx.query.program,
      records: await events.list({ kind: 'client', id: client.id }),
      // It only words what has happened already.
      isSaved: ctx.method === 'GET' && ctx.query.saved === 'yes',
      ...more,
    };
    pages.show(ctx, clientPage(page), status);
  }

  /** Goes on with a proof that is fresh; without one it is asked for, and leads back to where the form was, with what was typed. */
  const withProof =
    (
      act: (ctx: RouterContext, form: Form, signedIn: SignedIn) => Promise<void>,
      showAgain: (ctx: RouterContext, form: Form, signedIn: SignedIn, shown: Shown) => void | Promise<void>,
    ) =>
    async (ctx: RouterContext, form: Form, signedIn: SignedIn): Promise<void> => {
      if (signedIn.isFresh) return act(ctx, form, signedIn);
      const { account } = signedIn;
      const page = portalPageOf(ctx.path);
      if (kept.keep(ctx, { accountId: account.id, page }, form))
        return signIn.begin(ctx, { section: page, proofOf: account });
      const proveHref = `/account/proof?section=${encodeURIComponent(page)}`;
      return showAgain(ctx, form, signedIn, { proveHref, status: 400 });
    };

  const showTypedClient = (ctx: RouterContext, form: Form, signedIn: SignedIn, shown: Shown) =>
    showClient(ctx, signedIn, ownedBy(ctx, signedIn), { typed: typedIn(form), ...shown });

  /** The form is used up before its client is stored: of two that are sent at once the other one waits for it. */
  async function isTheirs({ clientId, owner }: OwnClient): Promise<boolean> {
    for (let looks = 1; ; looks += 1) {
      const client = await clients.get(clientId);
      if (client !== undefined) return isOwnedBy(client, owner);
      if (looks === LOOKS) return false;
      await clock.sleep(BETWEEN_LOOKS_MS);
    }
  }

  async function create(ctx: RouterContext, form: Form, signedIn: SignedIn): Promise<void> {
    const named = form.get('form') ?? '';
    if (!canBeSent(named, clock)) return showNewClient(ctx, signedIn, form, { isNotSaved: true, status: 400 });
    const who = { owner: signedIn.account.id, form: named, given: { client_name: form.get('client_name')?.trim() } };
    const clientId = ownClientId(who, keyedHash);
    try {
      const wanted = { ...who, type: typeIn(form), given: givenOf(form) };
      const metadata = await createOwnClient(wanted, noting(ctx));
      kept.forget(ctx);
      const newSecret = newSecretIn(metadata);
      if (newSecret === undefined) return seeOther(ctx, `${clientPath(clientId)}?saved=yes#saved`);
      return await showClient(ctx, signedIn, { clientId, owner: who.owner }, { newSecret });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'client_id_taken')
        return (await isTheirs({ clientId, owner: who.owner }))
          ? showPortalMessage(ctx, 'made_already', pages, clientId)
          : showPortalMessage(ctx, 'form_used', pages);
      return showNewClient(ctx, signedIn, form, { problems: problemsIn(error), status: 400 });
    }
  }

  async function update(ctx: RouterContext, form: Form, signedIn: SignedIn): Promise<void> {
    const own = ownedBy(ctx, signedIn);
    try {
      const updated = await updateOwnClient(own, patchOf(form), noting(ctx));
      if (updated !== undefined) await cache.reload(own.clientId);
      const newSecret = newSecretIn(updated);
      kept.forget(ctx);
      if (newSecret === undefined) return seeOther(ctx, `${clientPath(own.clientId)}?saved=yes#saved`);
      return await showClient(ctx, signedIn, own, { newSecret });
    } catch (error) {
      return showTypedClient(ctx, form, signedIn, { problems: problemsIn(error), status: 400 });
    }
  }

  async function rotate(ctx: RouterContext, form: Form, signedIn: SignedIn): Promise<void> {
    const own = ownedBy(ctx, signedIn);
    const overlap = form.get('overlap') ?? '';
    if (!/^\d{1,2}$/.test(overlap) || Number(overlap) > MAX_OVERLAP_HOURS)
      return showClient(ctx, signedIn, own, { problemAt: 'secret', status: 400 });
    const rotation = { ...own, reference: form.get('replaces') ?? '', overlapHours: Number(overlap) };
    const newSecret = await rotateOwnSecret(rotation, noting(ctx));
    await cache.reload(own.clientId);
    return showClient(ctx, signedIn, own, { newSecret });
  }

  async function remove(ctx: RouterContext, form: Form, signedIn: SignedIn): Promise<void> {
    const own = ownedBy(ctx, signedIn);
    if (form.get('understood') !== 'yes') return showClient(ctx, signedIn, own, { problemAt: 'removal', status: 400 });
    await removeOwnClient(own, noting(ctx));
    await cache.reload(own.clientId);
    return seeOther(ctx, `${DEVELOPER_PATH}?removed=yes#removed`);
  }

  return {
    list: visits.shown(async (ctx, signedIn) => {
      const owned = await clients.listOwnedBy(signedIn.account.id, MAX_OWN_CLIENTS);
      const page = { ...portalOf(ctx, signedIn), clients: owned, isRemoved: ctx.query.removed === 'yes' };
      pages.show(ctx, clientsPage(page));
    }),
    showNew: visits.shown(async (ctx, signedIn) => {
      const form = kept.find(ctx, { accountId: signedIn.account.id, page: 'developer/new' });
      showNewClient(ctx, signedIn, form, { isNotSaved: form !== undefined });
    }),
    create: visits.posted(withProof(create, (ctx, form, signedIn, shown) => showNewClient(ctx, signedIn, form, shown))),
    show: visits.shown(async (ctx, signedIn) => {
      const form = kept.find(ctx, { accountId: signedIn.account.id, page: portalPageOf(ctx.path) });
      const typed = form && typedIn(form);
      return showClient(ctx, signedIn, ownedBy(ctx, signedIn), {
        typed,
        isNotSaved: typed !== undefined && Object.keys(typed).length > 0,
      });
    }),
    update: visits.posted(withProof(update, showTypedClient)),
    rotate: visits.posted(withProof(rotate, showTypedClient)),
    remove: visits.posted(withProof(remove, showTypedClient)),
  };
}
