/** How one stored record of each collection is inspected. */
import type { Collection } from '../collections.ts';
import type { FoundRecord, Records } from '../driver.ts';
import { encryptionContext, parseJson } from '../encryption/encrypted-collection.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import type { GrantReservation } from '../issued/grants.ts';
import { cachedResponseId } from '../issued/refresh-token-families.ts';
import { type SessionDocument, sessionIndexes } from '../issued/sessions.ts';
import { type IssuedPayload, issuedIndexes, type StoredIssued } from '../issued/tokens.ts';
import { linkIndexes, type StoredLink } from '../mail/links.ts';
import type { MailTime } from '../mail/mail-times.ts';
import { mailExpiry, type QueuedMail } from '../mail/mails.ts';
import { type IdentifierReservation, identifierReservationId } from '../records/account-identifiers.ts';
import { type Account, identifiersOf } from '../records/accounts.ts';
import type { RegisteredClient } from '../records/clients.ts';
import { type Consent, consentId } from '../records/consents.ts';
import { eventOwnerHash, eventSlotId, type StoredEvent } from '../records/events.ts';
import type { Resource } from '../records/resources.ts';
import type { OrganisationScope } from '../records/scopes.ts';
import { haveSameIndexes } from './every-record.ts';

export interface InspectionDeps {
  readonly records: Records;
  readonly ring: KeyRing;
  readonly keyedHash: KeyedHash;
  /** Whether a grant is stored under this reference. */
  hasGrant(reference: string): Promise<boolean>;
}

export interface Verdict {
  readonly faults: readonly string[];
  /** No longer used, and harmless: it is deleted when it expires, or replaced when it is reserved again. */
  readonly isGarbage?: boolean;
}

type Inspection = (record: FoundRecord, deps: InspectionDeps) => Promise<Verdict>;

/** Throws `CannotDecrypt`, or another error when the value is not what its collection holds. */
function decryptValue<T>(collection: Collection, { id, payload }: FoundRecord, ring: KeyRing): T {
  return parseJson(ring.decrypt(payload, encryptionContext(collection, id))) as T;
}

/** The keys whose value is true: each is a fault in words. */
function faultsIn(broken: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(broken).flatMap(([sentence, isBroken]) => (isBroken ? [sentence] : []));
}

const named = { email: 'an e-mail address', username: 'a username' } as const;

const inspectAccount: Inspection = async (record, deps) => {
  const account = decryptValue<Account>('accounts', record, deps.ring);
  const faults: string[] = account.id === record.id ? [] : ['is the account of another id'];
  for (const [kind, identifier] of identifiersOf(account)) {
    const id = identifierReservationId(identifier, deps.keyedHash);
    const found = await deps.records.get('account_identifiers', id);
    if (found === undefined) faults.push(`has ${named[kind]} that is not reserved`);
    else if (decryptValue<IdentifierReservation>('account_identifiers', found, deps.ring).accountId !== account.id)
      faults.push(`has ${named[kind]} that is reserved for another account`);
  }
  return { faults };
};

async function findAccount(id: string, { records, ring }: InspectionDeps): Promise<Account | undefined> {
  const found = await records.get('accounts', id);
  return found && decryptValue<Account>('accounts', found, ring);
}

const inspectIdentifier: Inspection = async (record, deps) => {
  const { accountId } = decryptValue<IdentifierReservation>('account_identifiers', record, deps.ring);
  const account = await findAccount(accountId, deps);
  // Its account was never written: the next account with this address takes the reservation over.
  if (account === undefined) return { faults: [], isGarbage: true };
  const isIts = identifiersOf(account).some(([, text]) => identifierReservationId(text, deps.keyedHash) === record.id);
  const hasExpectedIndexes = haveSameIndexes(record.indexes, { accountId });
  // Left by a change of the account that did not finish: it finds no account.
  return { faults: faultsIn({ 'is found by the wrong account': !hasExpectedIndexes }), isGarbage: !isIts };
};

async function judged(record: FoundRecord, faults: readonly string[], deps: InspectionDeps): Promise<Verdict> {
  const grant = record.indexes?.grantId;
  // A grant is removed before what was issued under it: a process that died in between leaves this, and it is not accepted.
  const isGarbage = typeof grant === 'string' && !(await deps.hasGrant(grant));
  return { faults, isGarbage };
}

/** Longer than anything is kept past its `exp`, for clocks that differ and for marks of use. */
const KEPT_AT_MOST_MS = 24 * 3600 * 1000;

/** Who can write to the database can move the time at which a record goes, and not the one inside of it. */
function goesAtItsTime({ expiresAt }: FoundRecord, { exp }: IssuedPayload): boolean {
  if (typeof exp !== 'number') return true;
  return expiresAt !== undefined && expiresAt >= exp * 1000 && expiresAt <= exp * 1000 + KEPT_AT_MOST_MS;
}

function issuedFaults(collection: Collection, record: FoundRecord, { ring, keyedHash }: InspectionDeps) {
  const { payload } = decryptValue<StoredIssued>(collection, record, ring);
  const hasExpectedIndexes = haveSameIndexes(record.indexes, issuedIndexes(collection, payload, keyedHash));
  return faultsIn({
    'is found by what it does not say, or hidden from what it says': !hasExpectedIndexes,
    'goes at another time than it says': !goesAtItsTime(record, payload),
  });
}

const inspectIssued =
  (collection: Collection): Inspection =>
  (record, deps) =>
    judged(record, issuedFaults(collection, record, deps), deps);

/** Its response is stored after it was consumed: with a response and no mark of use, the mark was cleared. */
const inspectRefreshToken: Inspection = async (record, deps) => {
  const response = await deps.records.get('cached_token_responses', cachedResponseId(record.id));
  const faults = faultsIn({
    'was used, and the mark of its use is gone': response !== undefined && record.consumedAt === undefined,
    'has a response that its grant does not find':
      response !== undefined && !haveSameIndexes(response.indexes, { grantId: record.indexes?.grantId ?? '' }),
  });
  return judged(record, [...issuedFaults('refresh_tokens', record, deps), ...faults], deps);
};

const inspectDeviceCode: Inspection = async (record, deps) => {
  const userCode = record.indexes?.userCode;
  const sharing =
    typeof userCode === 'string' ? await deps.records.findBy('device_codes', 'userCode', userCode, { limit: 2 }) : [];
  const faults = faultsIn({ 'shares its user code with another device': sharing.length > 1 });
  return judged(record, [...issuedFaults('device_codes', record, deps), ...faults], deps);
};

const inspectGrantReservation: Inspection = (record, deps) => {
  const { grantId } = decryptValue<GrantReservation>('grant_reservations', record, deps.ring);
  const isItsGrant = haveSameIndexes(record.indexes, { grantId: deps.keyedHash.hash('grant', grantId) });
  return judged(record, faultsIn({ 'is found by another grant than it says': !isItsGrant }), deps);
};

/** To decrypt it takes the refresh token, which is not stored: only its key can be checked. */
const inspectCachedResponse: Inspection = (record, deps) => {
  const isDecryptable = record.payload.byteLength === 0 || deps.ring.positionOf(record.payload) !== undefined;
  const faults = faultsIn({
    'is encrypted under a key that SECRET_KEYS does not hold': !isDecryptable,
    'is hidden from its grant, with which it must go': typeof record.indexes?.grantId !== 'string',
  });
  return judged(record, faults, deps);
};

const inspectClient: Inspection = async (record, { ring }) => {
  const { id } = decryptValue<RegisteredClient>('clients', record, ring);
  return { faults: faultsIn({ 'is the client of another id': id !== record.id }) };
};

const inspectResource: Inspection = async (record, { ring }) => {
  const { identifier } = decryptValue<Resource>('resources', record, ring);
  return { faults: faultsIn({ 'is the resource of another identifier': identifier !== record.id }) };
};

const inspectScope: Inspection = async (record, { ring }) => {
  const { name } = decryptValue<OrganisationScope>('scopes', record, ring);
  return { faults: faultsIn({ 'is the scope of another name': name !== record.id }) };
};

const inspectConsent: Inspection = async (record, { ring }) => {
  const { accountId, clientId } = decryptValue<Consent>('consents', record, ring);
  return {
    faults: faultsIn({
      'is the consent of another account or client': consentId({ accountId, clientId }) !== record.id,
      'is found by another account or client': !haveSameIndexes(record.indexes, { accountId, clientId }),
    }),
  };
};

const inspectEvent: Inspection = async (record, { ring, keyedHash }) => {
  const stored = decryptValue<StoredEvent>('events', record, ring);
  const owner = eventOwnerHash(stored.owner, keyedHash);
  return {
    faults: faultsIn({
      'is the event of another owner or slot': eventSlotId(stored, keyedHash) !== record.id,
      'is found by another owner': !haveSameIndexes(record.indexes, { owner }),
    }),
  };
};

const inspectKey: Inspection = async (record, { ring }) => {
  if (record.payload.byteLength === 0) return { faults: ['says that the database is a copy which was interrupted'] };
  const { key } = decryptValue<{ key: unknown }>('keys', record, ring);
  return { faults: faultsIn({ 'holds no key': typeof key !== 'string' }) };
};

const inspectBudgetLevel: Inspection = async (record, { ring }) => {
  const { level, at } = decryptValue<{ level: unknown; at: unknown }>('budget_levels', record, ring);
  return { faults: faultsIn({ 'is no level of a budget': typeof level !== 'number' || typeof at !== 'number' }) };
};

const inspectHashCost: Inspection = async (record, { ring }) => {
  const { cost } = decryptValue<{ cost: unknown }>('hash_costs', record, ring);
  return { faults: faultsIn({ 'is no cost of a hash': !Number.isInteger(cost) }) };
};

const inspectLink: Inspection = async (record, { ring }) => {
  const link = decryptValue<StoredLink>('links', record, ring);
  return {
    faults: faultsIn({
      'is the link of another id': link.id !== record.id,
      'is found by another purpose or account': !haveSameIndexes(record.indexes, linkIndexes(link)),
    }),
  };
};

const inspectMail: Inspection = async (record, { ring }) => {
  const mail = decryptValue<QueuedMail>('mails', record, ring);
  return {
    faults: faultsIn({
      'is the mail of another id': mail.id !== record.id,
      'is no mail that waits': ![mail.dueAt, mail.attempts, mail.usefulUntil].every(Number.isSafeInteger),
      'goes at another time than it says': record.expiresAt !== mailExpiry(mail),
    }),
  };
};

const inspectMailQuota: Inspection = async (record, { ring }) => {
  const { times } = decryptValue<{ times: unknown }>('mail_quotas', record, ring);
  const isList =
    Array.isArray(times) && times.every((time: Partial<MailTime> | null) => Number.isSafeInteger(time?.at));
  return { faults: faultsIn({ 'is no list of times': !isList }) };
};

/** Nothing else is known of it without what it was made for. */
const inspectDecrypted =
  (collection: Collection): Inspection =>
  async (record, { ring }) => {
    decryptValue<unknown>(collection, record, ring);
    return { faults: [] };
  };

const inspectMark =
  (collection: Collection): Inspection =>
  async ({ payload }) => ({
    faults: faultsIn({ [`holds something, which nothing in ${collection} does`]: payload.byteLength > 0 }),
  });

const inspectSession: Inspection = async (record, { records, ring, keyedHash }) => {
  const document = decryptValue<SessionDocument>('sessions', record, ring);
  const owners = await Promise.all(
    document.sessionIds.map(({ hash }) => records.findBy('sessions', 'sessionId', hash, { limit: 2 })),
  );
  return {
    faults: faultsIn({
      'is the session of another id': keyedHash.hash('session', document.uid) !== record.id,
      'is found by other cookies, or another account, than it knows': !haveSameIndexes(
        record.indexes,
        sessionIndexes(document),
      ),
      'shares a cookie with another session': owners.some((found) => found.length > 1),
      'expires at another time than it says': document.expiresAt !== record.expiresAt,
    }),
  };
};

const inspections: Readonly<Record<Collection, Inspection>> = {
  accounts: inspectAccount,
  account_identifiers: inspectIdentifier,
  clients: inspectClient,
  resources: inspectResource,
  consents: inspectConsent,
  factors: inspectDecrypted('factors'),
  keys: inspectKey,
  counters: inspectMark('counters'),
  events: inspectEvent,
  budget_levels: inspectBudgetLevel,
  known_networks: inspectMark('known_networks'),
  hash_costs: inspectHashCost,
  scopes: inspectScope,
  links: inspectLink,
  registrations: inspectDecrypted('registrations'),
  mails: inspectMail,
  mail_quotas: inspectMailQuota,
  sessions: inspectSession,
  grants: inspectIssued('grants'),
  grant_reservations: inspectGrantReservation,
  interactions: inspectIssued('interactions'),
  pending_sign_ins: inspectDecrypted('pending_sign_ins'),
  remembered_devices: inspectDecrypted('remembered_devices'),
  sent_codes: inspectDecrypted('sent_codes'),
  authorization_codes: inspectIssued('authorization_codes'),
  access_tokens: inspectIssued('access_tokens'),
  refresh_tokens: inspectRefreshToken,
  cached_token_responses: inspectCachedResponse,
  client_credentials: inspectIssued('client_credentials'),
  device_codes: inspectDeviceCode,
  pushed_authorization_requests: inspectIssued('pushed_authorization_requests'),
  replay_detections: inspectMark('replay_detections'),
  revoked_tokens: inspectMark('revoked_tokens'),
  initial_access_tokens: inspectIssued('initial_access_tokens'),
  unreadable_documents: inspectMark('unreadable_documents'),
};

export async function inspect(collection: Collection, record: FoundRecord, deps: InspectionDeps): Promise<Verdict> {
  try {
    return await inspections[collection](record, deps);
  } catch (error) {
    if (error instanceof CannotDecrypt) return { faults: [`does not decrypt: ${error.message}`] };
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { faults: ['is no value of its collection'] };
    throw error;
  }
}
