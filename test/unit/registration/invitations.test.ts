/** Whom an administrator may invite to what, and what becomes of the links. */
import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { noteInto, type SecurityEvent } from '../../../src/domain/events/security-events.ts';
import type { MailOrder } from '../../../src/domain/mail/outbox.ts';
import { approveAccount, rejectAccount } from '../../../src/domain/registration/approval.ts';
import {
  type Acceptance,
  type AcceptanceDeps,
  acceptInvitation,
  findInvitation,
  invite,
  listInvitations,
  type WantedInvitation,
  withdrawInvitation,
} from '../../../src/domain/registration/invitations.ts';
import { LinkStore } from '../../../src/storage/mail/links.ts';
import { MailStore } from '../../../src/storage/mail/mails.ts';
import { user } from '../../support/accounts.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const ISSUER = 'https://id.example';
const DAY_MS = 86_400_000;

async function openOffice(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const links = new LinkStore(stores);
  const noted: SecurityEvent[] = [];
  const mailed: Omit<MailOrder, 'to'>[] = [];
  const outbox = {
    async enqueue(_to: string, order: Omit<MailOrder, 'to'> | undefined) {
      if (order !== undefined) mailed.push(order);
    },
  };
  const mails = new MailStore(stores);
  const config = { brandName: 'Latchkey' };
  const deps = {
    ...stores,
    config,
    links,
    mails,
    outbox,
    issuer: ISSUER,
    areInvitationsOn: true,
    note: noteInto(noted),
  };
  const tokenOf = (address: string | undefined): string => String(address?.split('/').at(-1));
  return {
    ...deps,
    noted,
    mailed,
    invite: (wanted: WantedInvitation) => invite(wanted, deps),
    lastToken: () => tokenOf(mailed.at(-1)?.link),
    async accept(token: string, { hasher = quickHasher(), ...acceptance }: Partial<Acceptance & AcceptanceDeps> = {}) {
      const invitation = await findInvitation(token, deps);
      const wanted = { password: 'a robin sings in winter', language: 'en', ...acceptance } as const;
      return invitation && acceptInvitation(token, { ...wanted, invitation, caller: CALLER }, { ...deps, hasher });
    },
  };
}

const CALLER = { network: '192.0.2.0/24', address: '192.0.2.1', account: 'ada', isKnown: false };
const ADA = 'ada@example.test';

const refused: readonly (readonly [code: string, wanted: Partial<WantedInvitation>])[] = [
  ...['', 'ada', 'a@b@c', 'ada@exam\u200bple.test', 'ada\r\nbcc: eve@example.test', '"ada l"@example.test'].map(
    (email) => ['email_invalid', { email }] as const,
  ),
  ...['<ada@example.test>', 'ada@example.test, eve@example.test', `${'a'.repeat(65)}@example.test`].map(
    (email) => ['email_invalid', { email }] as const,
  ),
  ...['taken@example.test', ' TAKEN@Example.TEST ', 'ｔaken@example.test'].map(
    (email) => ['email_taken', { email }] as const,
  ),
  ...['', ' \u200b', 'Ada\r\nBcc: eve@example.test', 'Ada\u0007', 'Ada\u2028L', 'Ada\0', 'Ada\u202e'].map(
    (name) => ['name_invalid', { name }] as const,
  ),
  ['name_too_long', { name: 'a'.repeat(201) }],
  ...[[''], [' '], ['staff', ''], [' staff'], ['staff\u200b'], ['\u202eboard'], ['sta\nff'], ['\u2800']].map(
    (groups) => ['group_invalid', { groups }] as const,
  ),
  ['claims_invalid', { groups: ['x'.repeat(16_500)] }],
];

for (const [code, wanted] of refused) {
  test(`nobody is invited as ${JSON.stringify(wanted).slice(0, 60)}: ${code}`, async (t) => {
    const office = await openOffice(t);
    await office.accounts.create(user({ email: 'taken@example.test' }));
    const error = await t.throwsAsync(office.invite({ email: ADA, ...wanted }), { instanceOf: DomainError });
    t.is(error?.code, code as never);
    t.false(/taken@|eve@/.test(String(error?.message)));
    t.deepEqual((await listInvitations({ limit: 9 }, office)).items, []);
    t.deepEqual([office.mailed, office.noted], [[], []]);
  });
}

test('groups are kept as they are named, once each, also those that objects have as members', async (t) => {
  const { invite: send, accept, lastToken } = await openOffice(t);
  const groups = ['staff', 'Board members', 'constructor', '__proto__', 'staff'];
  await send({ email: ADA, groups });
  const account = await accept(lastToken());
  t.deepEqual(account?.claims, { locale: 'en', groups: ['staff', 'Board members', 'constructor', '__proto__'] });
});

test('an invitation is mailed in its language, English if none is said; later mails in that, or else in the page\u2019s', async (t) => {
  for (const [language, mail, locale] of [
    ['de', 'de', 'de'],
    ['en', 'en', 'en'],
    [undefined, 'en', 'de'],
  ] as const) {
    const { invite: send, accept, lastToken, mailed } = await openOffice(t);
    await send({ email: ADA, ...(language !== undefined && { language }) });
    t.is(mailed.at(-1)?.language, mail);
    t.is((await accept(lastToken(), { language: 'de' }))?.claims.locale, locale);
  }
});

test('an account that was invited is what the invitation says, with a proven address and no role', async (t) => {
  const { invite: send, accept, lastToken, noted, clock } = await openOffice(t);
  const expiresAt = clock.now() + 90 * DAY_MS;
  const { invitation } = await send({ email: 'Ada@Example.test', name: 'Ada', groups: ['staff'], expiresAt });
  const account = await accept(lastToken(), { name: 'Ada L.', acceptedTerms: { version: '1', at: 7 } });
  t.like(account, { email: 'Ada@Example.test', emailVerified: true, name: 'Ada L.', isDisabled: false, expiresAt });
  t.like(account, { acceptedTerms: { version: '1', at: 7 } });
  for (const member of ['roles', 'awaitsApproval', 'username']) t.false(member in (account ?? {}), member);
  t.deepEqual(noted.at(-1), {
    event: 'account.created',
    reason: 'invitation',
    accountId: account?.id,
    detail: invitation.id,
  });
});

test('a link is good for 7 days, and for no longer than the account', async (t) => {
  for (const [expiresIn, goodFor] of [
    [undefined, 7],
    [30, 7],
    [2, 2],
  ] as const) {
    const { invite: send, accept, lastToken, clock, accounts, links } = await openOffice(t);
    const expiry = expiresIn === undefined ? {} : { expiresAt: clock.now() + expiresIn * DAY_MS };
    const { invitation } = await send({ email: ADA, ...expiry });
    t.is(invitation.goodUntil - clock.now(), goodFor * DAY_MS);
    clock.advance(goodFor * 86_400 - 1);
    t.truthy(await links.find('accept_invitation', lastToken()));
    clock.advance(1);
    t.is(await accept(lastToken()), undefined);
    t.deepEqual((await listInvitations({ limit: 9 }, { links })).items, []);
    t.is(await accounts.findByIdentifier(ADA), undefined);
  }
});

test('an invitation ends by a newer one of any spelling, by its id and by its address', async (t) => {
  const office = await openOffice(t);
  const { invite: send, accept, lastToken, noted } = office;
  const { invitation } = await send({ email: ADA });
  const first = lastToken();
  await send({ email: 'ADA@example.test', groups: ['staff'] });
  t.is(await accept(first), undefined);
  t.is((await withdrawInvitation(invitation.id, office)).email, 'ADA@example.test');
  t.is(await accept(lastToken()), undefined);
  t.deepEqual(noted.at(-1), { event: 'account.invitation_withdrawn', reason: 'administrator', detail: invitation.id });
  for (const which of [invitation.id, ADA, 'nobody@example.test', 'x', ''])
    await rejectsWith(t, 'invitation_unknown', () => withdrawInvitation(which, office));
  await send({ email: ADA });
  await withdrawInvitation(' Ada@Example.TEST ', office);
  t.is(await accept(lastToken()), undefined);
});

test('no invitation is withdrawn by the id of another kind of link', async (t) => {
  const office = await openOffice(t);
  const expiresAt = office.clock.now() + DAY_MS;
  const { token } = await office.links.create({ purpose: 'reset_password', subject: 'x', email: ADA, expiresAt });
  await rejectsWith(t, 'invitation_unknown', () => withdrawInvitation(token.slice(0, 43), office));
  t.truthy(await office.links.find('reset_password', token));
});

test('an account that was accepted is in no list, and cannot be withdrawn', async (t) => {
  const office = await openOffice(t);
  const { invitation } = await office.invite({ email: ADA });
  t.truthy(await office.accept(office.lastToken()));
  t.deepEqual((await listInvitations({ limit: 9 }, office)).items, []);
  await rejectsWith(t, 'invitation_unknown', () => withdrawInvitation(invitation.id, office));
});

test('a password that is refused, or hashing that is busy, leaves the link as it was', async (t) => {
  const office = await openOffice(t);
  const { invite: send, accept, lastToken, links } = office;
  await send({ email: ADA });
  for (const password of ['short', 'ada@example.test', 'password1', 'x'.repeat(2000)])
    await t.throwsAsync(accept(lastToken(), { password }), { instanceOf: DomainError });
  await rejectsWith(t, 'name_invalid', () => accept(lastToken(), { name: 'a\nb' }));
  const hasher = { ...quickHasher(), hash: () => Promise.reject(new DomainError('hashing_busy')) };
  await rejectsWith(t, 'hashing_busy', () => accept(lastToken(), { hasher }));
  t.truthy(await links.find('accept_invitation', lastToken()));
  t.truthy(await accept(lastToken()));
});

test('an approval and a rejection at once end in one of the two', async (t) => {
  for (const order of [0, 1]) {
    const office = await openOffice(t);
    await office.accounts.create(user({ id: 'ada', email: ADA, awaitsApproval: true }));
    const deciding = [() => approveAccount('ada', office), () => rejectAccount('ada', office)];
    const both = order === 0 ? deciding : deciding.toReversed();
    const outcomes = await Promise.allSettled(both.map((decide) => decide()));
    t.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    t.is(office.mailed.length, 1);
    const account = await office.accounts.get('ada');
    t.is(account?.awaitsApproval, undefined);
    t.is(account === undefined, office.mailed[0]?.text === 'rejected');
  }
});

test('an invitation that is withdrawn or replaced leaves no mail of its own in the queue, and those of others', async (t) => {
  const office = await openOffice(t);
  const queue = (id: string, to: string, text: string) =>
    office.mails.add({ id, order: { to, text }, dueAt: 0, attempts: 0, usefulUntil: office.clock.now() + DAY_MS });
  const queued = async () => (await office.mails.list({ limit: 10 })).items.map(({ id }) => id).toSorted();
  await queue('others', 'eve@example.test', 'invitation');
  await queue('reset', ADA, 'reset_password');
  await office.invite({ email: ADA });
  for (const act of [() => office.invite({ email: ADA }), () => withdrawInvitation(ADA, office)]) {
    await queue('old', 'Ada@Example.TEST', 'invitation');
    await act();
    t.deepEqual(await queued(), ['others', 'reset']);
  }
});

test('an account that has expired is not approved, and nobody is told', async (t) => {
  const office = await openOffice(t);
  const ada = user({ email: ADA, awaitsApproval: true, expiresAt: office.clock.now() - 1 });
  await office.accounts.create(ada);
  await rejectsWith(t, 'account_not_waiting', () => approveAccount(ada.id, office));
  t.true((await office.accounts.get(ada.id))?.awaitsApproval);
  t.deepEqual(office.mailed, []);
});
