/** The pages at /developer as their views get them: the list of clients, the form of a new one, and one client. */

import { decidedMembersOf } from '../../domain/clients/decided-members.ts';
import { MAX_OVERLAP_HOURS, MAX_OWN_CLIENTS } from '../../domain/clients/developers-clients.ts';
import { type ClientType, clientTypes } from '../../domain/clients/metadata/kinds.ts';
import { needsSecret } from '../../domain/clients/metadata/metadata.ts';
import { usesCodeFlow } from '../../domain/clients/metadata/sign-in.ts';
import { acceptedSecretHashes } from '../../domain/clients/secrets.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { EventRecord } from '../../ports/events.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { shownTime } from '../account/session-list.ts';
import { PROOF_FRESH_MINUTES } from '../account/sessions.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import { accountTile, clientName, initiatedSignIn, shownName } from '../pages/names-and-links.ts';
import type { Page } from '../pages/render.ts';
import { clientForm, type FormContent } from './client-form.ts';
import { clientPath, DEVELOPER_PATH, NEW_CLIENT_PATH } from './paths.ts';
import { type ReadyCodeOf, readyCodeOf } from './ready-code.ts';
import { refusalEntries } from './refusals.ts';

/** What every page of the portal is given. */
export interface PortalPage {
  readonly language: Language;
  readonly account: Pick<Account, 'id' | 'email' | 'name'>;
  readonly csrfToken: string;
  readonly isFresh: boolean;
}

const number = (language: Language, count: number): string => new Intl.NumberFormat(language).format(count);

/** As it was registered, or what comes closest to it. */
function typeOf({ metadata }: RegisteredClient): ClientType {
  const { application_type: application, token_endpoint_auth_method: method } = metadata;
  if (!usesCodeFlow(metadata)) return 'service';
  if (application === 'native') return 'native';
  return method === 'none' ? 'spa' : 'web';
}

function sinceOf({ metadata: { client_id_issued_at: seconds } }: RegisteredClient, language: Language) {
  return typeof seconds === 'number' ? shownTime(language, seconds * 1000) : undefined;
}

function frameOf({ language, account, csrfToken, isFresh }: PortalPage) {
  const { proof } = dictionaryOf(language).account;
  return {
    ...{ language, csrfToken, accountId: account.id, account: accountTile(account), isWide: true, isFresh },
    style: 'developer.css',
    ...{ accountHref: ACCOUNT_PATH, clientsHref: DEVELOPER_PATH },
    proof: isFresh ? proof.fresh(number(language, PROOF_FRESH_MINUTES)) : proof.stale,
  };
}

export interface ClientsPage extends PortalPage {
  readonly clients: readonly RegisteredClient[];
  readonly isRemoved: boolean;
}

export function clientsPage({ clients, isRemoved, ...portal }: ClientsPage): Page {
  const { language } = portal;
  const words = dictionaryOf(language).developer;
  const entries = clients
    .toSorted((one, other) => Number(other.metadata.client_id_issued_at) - Number(one.metadata.client_id_issued_at))
    .map((client) => ({
      clientId: client.id,
      href: clientPath(client.id),
      name: shownName(clientName({ ...client.metadata, client_id: client.id })),
      type: words.types[typeOf(client)].label,
      since: sinceOf(client, language),
    }));
  const isFull = clients.length >= MAX_OWN_CLIENTS;
  return {
    ...{ view: 'developer/clients', heading: words.heading, ...frameOf(portal), entries, isRemoved },
    newHref: isFull ? undefined : NEW_CLIENT_PATH,
    full: isFull ? words.full(number(language, MAX_OWN_CLIENTS)) : undefined,
  };
}

export interface TypedClient extends Omit<FormContent, 'client'> {
  /** What is typed was sent, and led to a new proof first. */
  readonly isNotSaved?: boolean | undefined;
  /** It is too much to be kept over a sign-in: a link opens one in another tab. */
  readonly proveHref?: string | undefined;
}

export interface NewClientPage extends PortalPage, TypedClient {
  /** Names the form, so that it makes one client. */
  readonly form: string;
  readonly type?: ClientType | undefined;
}

export function newClientPage({
  form,
  type = 'web',
  typed,
  problems,
  isNotSaved,
  proveHref,
  ...portal
}: NewClientPage): Page {
  const { language } = portal;
  const words = dictionaryOf(language).developer;
  return {
    ...{ view: 'developer/new', heading: words.newClient, ...frameOf(portal), action: NEW_CLIENT_PATH, formId: form },
    types: clientTypes.map((value) => ({ value, ...words.types[value], isSelected: value === type })),
    ...clientForm(language, { typed, problems }),
    ...{ isNotSaved, proveHref },
  };
}

const overlapHours = [MAX_OVERLAP_HOURS, 12, 4, 1, 0] as const;

function hoursText(language: Language, hours: number): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'long' }).format(hours);
}

export type ClientFormWithTick = 'secret' | 'removal';

export interface ClientPage extends PortalPage, TypedClient {
  readonly client: RegisteredClient;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Names the secret that it has now (`secretReference`). */
  readonly reference: string | undefined;
  /** Of the client, newest first. */
  readonly records: readonly EventRecord[];
  readonly isSaved?: boolean;
  /** The secret that has just been made: this page alone shows it. */
  readonly newSecret?: string | undefined;
  /** Names the program whose code is shown. */
  readonly program?: unknown;
  /** The first API that it is bound to. */
  readonly api?: ReadyCodeOf['api'];
  /** What is wrong with one of the forms below the settings. */
  readonly problemAt?: ClientFormWithTick | undefined;
}

/** Undefined where it authenticates by none. */
function secretOf({ client, language, reference, now }: ClientPage) {
  if (!needsSecret(client.metadata)) return undefined;
  const words = dictionaryOf(language).developer.secret;
  const until = client.olderSecretsUntil;
  const hasOlder = until !== undefined && acceptedSecretHashes(client, now).length > 1;
  return {
    reference,
    olderUntil: hasOlder ? words.olderUntil(shownTime(language, until).text) : undefined,
    overlaps: overlapHours.map((hours) => ({
      value: String(hours),
      label: hours === 0 ? words.atOnce : words.hours(hoursText(language, hours)),
    })),
  };
}

function decidedOf(client: RegisteredClient) {
  return decidedMembersOf(client).map((name) => {
    const value = client.metadata[name];
    return { name, value: value === undefined ? undefined : JSON.stringify(value) };
  });
}

export function clientPage(page: ClientPage): Page {
  const { client, language, issuer, typed, problems, isNotSaved, proveHref, isSaved, problemAt } = page;
  const words = dictionaryOf(language).developer;
  const { metadata, id } = client;
  const path = clientPath(id);
  return {
    view: 'developer/client',
    heading: shownName(clientName({ ...metadata, client_id: id })),
    ...frameOf(page),
    ...{ action: path, rotateAction: `${path}/secret`, removeAction: `${path}/remove` },
    clientId: id,
    facts: {
      type: words.types[typeOf(client)].label,
      issuer,
      grants: Array.isArray(metadata.grant_types) ? metadata.grant_types.join(', ') : '',
      since: sinceOf(client, language),
    },
    ...clientForm(language, { client, typed, problems }),
    decided: decidedOf(client),
    ...{ isSaved, isNotSaved, proveHref, problemAt },
    ...{ newSecret: page.newSecret, secret: secretOf(page) },
    refusals: refusalEntries(language, page.records),
    signInHref: initiatedSignIn({ ...metadata, client_id: id }, issuer),
    readyCode: readyCodeOf(client, { issuer, api: page.api, secret: page.newSecret, chosen: page.program }),
  };
}
