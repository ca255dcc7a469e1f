/** Every way in which access ends, and what it leaves alone, with the reason. */
import { disableAccount, endSessions, setExpiry, setPassword } from '../../../src/domain/accounts/change.ts';
import { deleteAccount } from '../../../src/domain/accounts/deletion.ts';
import { updateAccount } from '../../../src/domain/accounts/update.ts';
import { removeClient } from '../../../src/domain/clients/change.ts';
import { revokeGrant, revokeGrants } from '../../../src/domain/grants/revoke.ts';
import { resetFactors } from '../../../src/domain/recovery/reset-factors.ts';
import { rejectAccount } from '../../../src/domain/registration/approval.ts';
import { signInAt } from '../../account/fixture.ts';
import type { ManualClock } from '../../support/clock.ts';
import { newNotice } from '../../support/link-doors.ts';
import { type Fixture, newVisitor, redeem } from '../../support/provider-fixture.ts';
import { choosePassword, newLink } from '../../support/recovery.ts';
import type { User } from '../../support/user.ts';
import type { Carrier, Held } from './carriers.ts';

const NEW_PASSWORD = { password: 'four words for a gate' };

const submitAtAccount = async (user: User, issuer: string, button: string, fields: Readonly<Record<string, string>>) =>
  user.submit(await user.open(`${issuer}/account`), button, fields);

/** The account's owner, in another browser. */
async function submitElsewhere({ account }: Held, fixture: Fixture, button: string): Promise<void> {
  const user = newVisitor();
  const page = await signInAt(fixture, account, user);
  await user.submit(page, button);
}

interface Way {
  readonly end: (held: Held, fixture: Fixture) => Promise<unknown>;
  /** What goes on working; everything else must not. */
  readonly leaves?: { readonly [name in Carrier]?: string };
}

/** What stands on nothing that an app was allowed. */
const ownersStay = {
  'link to a new password': 'it is mailed to the owner of the account',
  'account page': 'it stands on the session, and is a client of its own',
} as const;

const outsideOfSession = {
  'link to a new password': ownersStay['link to a new password'],
  'sign-in under way': 'in another browser, and no session yet',
} as const;

const sessionsStay = {
  ...ownersStay,
  'session cookie': 'the user is signed in, and what they allowed is remembered',
  'sign-in under way': 'another session, with a grant of its own',
} as const;

/** Nobody acts: time goes by. */
async function letExpire({ account }: Held, { latchkey: { installation } }: Fixture): Promise<void> {
  const { accounts, clock } = installation;
  await accounts.update(account.id, (current) => ({ ...current, expiresAt: clock.now() + 1000 }));
  (clock as ManualClock).advance(1);
}

const awaitApproval = ({ account }: Held, { latchkey: { installation } }: Fixture) =>
  installation.accounts.update(account.id, (current) => ({ ...current, awaitsApproval: true }));

export const ways = {
  'password set': {
    end: ({ account }, { latchkey: { installation } }) =>
      setPassword({ accountId: account.id, password: 'another good one' }, installation),
  },
  'password reset': {
    end: async ({ account }, fixture) =>
      choosePassword(await newLink(fixture, account.email), 'another good one, by mail'),
  },
  'a notice answered with "This was not me"': {
    end: async ({ account }, fixture) => {
      const user = newVisitor();
      await user.submit(await user.open(await newNotice(fixture, account)), 'not-me-submit');
    },
  },
  'password changed at /account': {
    end: ({ user }, { latchkey: { issuer } }) => submitAtAccount(user, issuer, 'password-submit', NEW_PASSWORD),
  },
  'account closed at /account': {
    end: ({ user }, { latchkey: { issuer } }) => submitAtAccount(user, issuer, 'close-submit', { understood: 'yes' }),
  },
  'account disabled': {
    end: ({ account }, { latchkey: { installation } }) => disableAccount(account.id, installation),
  },
  'account expired': { end: letExpire },
  'expiry set in the past': {
    end: ({ account }, { latchkey: { installation } }) =>
      setExpiry({ accountId: account.id, expiresAt: installation.clock.now() - 1 }, installation),
  },
  'expiry taken back afterwards': {
    end: async (held, fixture) => {
      await letExpire(held, fixture);
      await setExpiry({ accountId: held.account.id, expiresAt: null }, fixture.latchkey.installation);
    },
  },
  'approval awaited': { end: awaitApproval },
  'account rejected': {
    end: async (held, fixture) => {
      await awaitApproval(held, fixture);
      await rejectAccount(held.account.id, fixture.latchkey.installation);
    },
  },
  'account deleted': {
    end: ({ account }, { latchkey: { installation } }) => deleteAccount(account.id, installation),
  },
  'sessions ended': {
    end: ({ account }, { latchkey: { installation } }) => endSessions(account.id, installation),
  },
  'factors reset': {
    end: ({ account }, { latchkey: { installation, issuer } }) => resetFactors(account.id, { ...installation, issuer }),
  },
  'user signed out': {
    end: async ({ user }, { latchkey: { issuer } }) =>
      user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm'),
    leaves: outsideOfSession,
  },
  'session ended at /account': {
    end: (held, fixture) => submitElsewhere(held, fixture, 'end-session-1'),
    leaves: outsideOfSession,
  },
  'other sessions ended at /account': {
    end: (held, fixture) => submitElsewhere(held, fixture, 'end-other-sessions'),
    leaves: outsideOfSession,
  },
  'app revoked at /account': {
    end: ({ user }, { latchkey: { issuer } }) => submitAtAccount(user, issuer, 'revoke-app-0', {}),
    leaves: ownersStay,
  },
  'consent withdrawn': {
    end: ({ account, app }, { latchkey: { installation } }) =>
      revokeGrants({ accountId: account.id, clientId: app.client.client_id }, installation),
    leaves: ownersStay,
  },
  'grant revoked': {
    end: async ({ account }, { latchkey: { installation } }) => {
      const { items } = await installation.grants.list({ accountId: account.id }, { limit: 9 });
      for (const { reference } of items) await revokeGrant(reference, installation);
    },
    leaves: sessionsStay,
  },
  'grants of a client revoked': {
    end: ({ app }, { latchkey: { installation } }) => revokeGrants({ clientId: app.client.client_id }, installation),
    leaves: ownersStay,
  },
  'client removed': {
    end: ({ app }, { latchkey: { installation } }) => removeClient(app.client.client_id, installation),
    leaves: ownersStay,
  },
  'groups left': {
    end: ({ account }, { latchkey: { installation } }) =>
      updateAccount(account.id, { claims: { groups: ['guests'] } }, installation),
    leaves: ownersStay,
  },
  'refresh token revoked': {
    end: ({ app, otherRefreshToken }) => app.post('/token/revocation', { token: otherRefreshToken }),
    leaves: sessionsStay,
  },
  'code replayed': {
    end: ({ app, usedCode }) => redeem(app, usedCode),
    leaves: sessionsStay,
  },
  'refresh token replayed': {
    end: async ({ app, otherRefreshToken }) => {
      const form = { grant_type: 'refresh_token', refresh_token: otherRefreshToken };
      await app.token(form);
      await app.token(form);
    },
    leaves: sessionsStay,
  },
} as const satisfies Readonly<Record<string, Way>>;

export type WayName = keyof typeof ways;

export const wayOf = (name: WayName): Way => ways[name];

/** Of the admin command's verbs, those that end access; the others end none. */
export const waysOfVerbs: Readonly<Record<string, readonly WayName[]>> = {
  'account set-password': ['password set', 'password changed at /account'],
  'account disable': ['account disabled'],
  'account delete': ['account deleted', 'account closed at /account'],
  'account sessions-end': ['sessions ended'],
  'account reset-factors': ['factors reset'],
  'grants revoke': ['grant revoked', 'grants of a client revoked', 'consent withdrawn'],
  'client remove': ['client removed'],
  'account update': ['groups left', 'expiry set in the past', 'expiry taken back afterwards'],
  'account reject': ['account rejected'],
  // Of a client that is known by a document: test/protocol/metadata-document-decisions.test.ts.
  'client block': ['client removed'],
  'client update': ['groups left'],
};

export const verbsThatEndNothing = [
  'account create',
  'client unblock',
  'account list',
  'account show',
  'account enable',
  'account grant-role',
  'account revoke-role',
  'account invite',
  'account invitations',
  'account approve',
  'client create',
  'client list',
  'client show',
  'client rotate-secret',
  'registration-token create',
  'registration-token list',
  'registration-token revoke',
  'grants list',
  'keys list',
  'keys rotate',
  'resource create',
  'resource list',
  'resource show',
  'resource update',
  'resource remove',
  'scope create',
  'scope list',
  'scope remove',
  'audit read',
  'storage migrate',
  'storage check',
  'storage purge',
  'storage re-encrypt',
  'storage copy',
  'config check',
];

/** Of what an account is, those members that end access without anybody's doing. */
export const waysOfMembers: Readonly<Record<string, readonly WayName[]>> = {
  expiresAt: ['account expired'],
  awaitsApproval: ['approval awaited'],
};

/** Of the events that requests cause, those that tell of an end, and which. */
export const waysOfEvents: Readonly<Record<string, readonly WayName[]>> = {
  'session.ended': ['user signed out', 'session ended at /account', 'other sessions ended at /account'],
  'grant.revoked': ['grant revoked', 'refresh token revoked', 'user signed out', 'app revoked at /account'],
  'consent.withdrawn': ['consent withdrawn', 'app revoked at /account'],
  'code.replayed': ['code replayed'],
  'refresh.replayed': ['refresh token replayed'],
};

/** Of our own pages outside of a sign-in, those that end access, by the names of their routes. */
export const waysOfPages: Readonly<Record<string, readonly WayName[]>> = {
  reset: ['password reset'],
  not_me: ['a notice answered with "This was not me"'],
  'account.session.end': ['session ended at /account'],
  'account.sessions.end_others': ['other sessions ended at /account'],
  'account.app.revoke': ['app revoked at /account'],
};

/** Words by which the name of an event says that something ends. */
export const ENDING = /(ended|revoked|withdrawn|replayed|removed|deleted|disabled)$/;
