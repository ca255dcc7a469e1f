/** The page /account, and what leads back into an account: mailed links and recovery. */
import { mfaLevel, passkeyLevel } from '../../../src/domain/factors/levels.ts';
import { newPasskeyPage } from '../../../src/web/account/factors/new-passkey-pages.ts';
import { newAppPage, recoveryCodesPage, strongerProofPage } from '../../../src/web/account/factors/pages.ts';
import type { FactorSection } from '../../../src/web/account/factors/section.ts';
import { messagePage } from '../../../src/web/account/message.ts';
import { type AccountPage, accountPage } from '../../../src/web/account/page.ts';
import { gonePage } from '../../../src/web/links/gone.ts';
import {
  type InvitationPage,
  invitationDonePage,
  invitationPage,
  invitationTakenPage,
} from '../../../src/web/links/invitation.ts';
import { newAddressPage } from '../../../src/web/links/new-address.ts';
import { notMePage } from '../../../src/web/links/not-me.ts';
import { resetByPasskeyPage, resetDonePage, resetPage } from '../../../src/web/links/reset.ts';
import { dictionaryOf, type Language } from '../../../src/web/pages/language.ts';
import type { Page } from '../../../src/web/pages/render.ts';
import { en } from '../../../src/web/pages/words/en.ts';
import { recoverPage, recoveryOffPage, recoverySentPage } from '../../../src/web/recovery/recover.ts';
import { BACK, type Drawing, forEachCode, formStates, keysOf, type States, TERMS } from './drawing.ts';

const SENT = { isReachable: false, isDevelopment: true };

/** Every sentence that there is, whatever happened. */
function everythingThatHappened(language: Language): readonly string[] {
  const { events } = dictionaryOf(language).account.activity;
  return Object.values(events).flatMap((words) => (typeof words === 'string' ? [words] : Object.values(words)));
}

function accessLists(text: string, language: Language): AccountPage['lists'] {
  const { account: words } = dictionaryOf(language);
  const { devices } = words.sessions;
  const at = { iso: '2026-11-20T10:00:00.000Z', text: '20 Nov 2026, 10:00 UTC' };
  const seen = { device: text, firstSeen: at, lastSeen: at };
  const items = [{ title: text, detail: text }];
  const app = {
    clientId: text,
    app: { name: text, logoUrl: undefined, initial: 'H' },
    isRegistered: true,
    isIdle: false,
  };
  const permissions = [{ items }, { api: { text }, items }];
  const link = { href: BACK, label: text };
  const entry = { ...app, link, openHref: BACK, isFirstParty: false, permissions, since: at, lastUsed: at };
  const others = {
    isFirstParty: true,
    isRegistered: false,
    isIdle: true,
    link: undefined,
    openHref: undefined,
    lastUsed: undefined,
  };
  return {
    sessions: {
      entries: [
        seen,
        { ...seen, reference: text, device: devices.both(text, text) },
        { ...seen, reference: text, device: devices.system(text) },
        { ...seen, reference: text, device: devices.unknown },
      ],
      hasOthers: true,
      more: words.more('2'),
    },
    apps: { entries: [entry, { ...entry, ...others, permissions: [] }], more: words.more('3') },
    activity: {
      entries: everythingThatHappened(language).map((sentence) => ({ at, sentence, where: text })),
      hasMore: true,
    },
  };
}

function factorSections({ language, text }: Drawing): Readonly<Record<'full' | 'none' | 'lastOne', FactorSection>> {
  const { factors: words } = dictionaryOf(language).accountFactors;
  const at = { iso: '2026-11-20T10:00Z', text: '20 Nov 2026, 10:00 UTC' };
  const factor = { reference: text, name: text, since: at, lastUsed: at };
  const devices = { entries: [{ reference: text, device: text, since: at, until: at }], more: text };
  const none = { canAddApp: true, canAddPasskey: true, isLastOne: false, proveHref: text, changed: '' };
  const lastOne = { ...factor, kind: words.kinds.authenticator_app, lastUsed: undefined };
  return {
    full: {
      ...none,
      entries: [lastOne, ...Object.values(words.kinds).map((kind) => ({ ...factor, kind }))],
      canAddApp: false,
      canAddPasskey: false,
      recoveryCodes: words.recoveryCodes.left.many('10'),
      devices,
    },
    none: { ...none, entries: [], recoveryCodes: '', devices: { entries: [], more: '' } },
    lastOne: {
      ...{ ...none, entries: [lastOne], isLastOne: true },
      ...{ recoveryCodes: words.recoveryCodes.left.none, devices },
    },
  };
}

function factorStates(drawing: Drawing): States {
  const { language, text } = drawing;
  const words = dictionaryOf(language).accountFactors;
  const { full, lastOne } = factorSections(drawing);
  const account = { id: text, email: text };
  const newApp = {
    language,
    csrfToken: text,
    account,
    brandName: text,
    proposed: { secret: 'JBSWY3DP', proposal: text },
  };
  const proof = { language, csrfToken: text, accountId: text, section: 'factors', hasRecoveryCodes: true } as const;
  const { left } = words.factors.recoveryCodes;
  return {
    accountWithLastFactor: accountState(drawing, { factors: lastOne }),
    accountWithLastFactorAndOldProof: accountState(drawing, { factors: lastOne, isFresh: false }),
    accountWithOneCode: accountState(drawing, { factors: { ...full, recoveryCodes: left.one } }),
    ...forEachCode('accountAfterFactor', keysOf(en.accountFactors.factors.changed), (changed) =>
      accountState(drawing, { factors: { ...full, changed: words.factors.changed[changed] } }),
    ),
    newApp: newAppPage(newApp),
    ...forEachCode('newAppWithout', keysOf(en.accountFactors.newApp.problems), (code) =>
      newAppPage({ ...newApp, name: text, problems: { code, name: 'name_too_long' } }),
    ),
    ...forEachCode('recoveryCodes', ['added', 'renewed'], (cause) =>
      recoveryCodesPage({ language, cause, codes: ['ABCDE-FGHJK', 'LMNPQ-RSTUV'] }),
    ),
    ...forEachCode('strongerProof', [mfaLevel, passkeyLevel], (level) => strongerProofPage({ ...proof, level })),
    strongerProofWithoutCodes: strongerProofPage({ ...proof, level: mfaLevel, hasRecoveryCodes: false }),
    ...forEachCode('strongerProofWithout', keysOf(en.accountFactors.strongerProof.problems), (problem) =>
      strongerProofPage({ ...proof, level: mfaLevel, problem }),
    ),
    strongerProofThrottled: strongerProofPage({
      ...{ ...proof, level: mfaLevel },
      hindrance: { code: 'too_many_attempts', retryAfterSeconds: 600 },
    }),
  };
}

const noAccess: AccountPage['lists'] = {
  sessions: { entries: [{ device: 'Firefox', firstSeen: undefined, lastSeen: undefined }], hasOthers: false, more: '' },
  apps: { entries: [], more: '' },
  activity: { entries: [], hasMore: false },
};

export function accountState(drawing: Drawing, page: Partial<AccountPage> = {}): Page {
  const { language, text } = drawing;
  const account = { id: text, email: text, emailVerified: true, name: text, roles: ['developer'] };
  return accountPage({
    ...{ language, csrfToken: text, account, pendingEmail: undefined, isFresh: true, isMailOff: false },
    ...{ signOutHref: text, typed: { name: text, email: text }, lists: accessLists(text, language) },
    ...{ factors: factorSections(drawing).full, ...page },
  });
}

function newPasskeyStates({ language, text }: Drawing): States {
  const user = { id: 'AAAA', name: text, displayName: text };
  const options = { rp: { name: text }, user, challenge: 'AAAA', pubKeyCredParams: [] };
  const page = { language, csrfToken: text, account: { id: text }, options };
  return {
    newPasskey: newPasskeyPage(page),
    ...forEachCode('newPasskey', [...keysOf(en.newPasskey.problems), 'name_invalid', 'name_too_long'], (problem) =>
      newPasskeyPage({ ...page, name: text, problem }),
    ),
  };
}

export function invitationState({ language, text }: Drawing, page: Partial<InvitationPage> = {}): Page {
  const terms = { ...TERMS, version: text };
  return invitationPage({ language, csrfToken: text, email: text, name: text, terms, ...page });
}

function recoveryStates({ language, text }: Drawing): States {
  const form = { language, action: text, csrfToken: text };
  return {
    recover: recoverPage(form),
    recoverWithProblem: recoverPage({ ...form, problem: 'missing_login' }),
    recoverThrottled: recoverPage({ ...form, login: text, problem: { retryAfterSeconds: 60 } }),
    recoverySent: recoverySentPage(language, BACK, SENT),
    recoveryOff: recoveryOffPage(language, { name: text, href: BACK }),
    ...formStates('reset', ['password'], (problems) =>
      resetPage({ language, csrfToken: text, account: { email: text }, password: problems && 'otters', problems }),
    ),
    ...forEachCode('notMe', ['same', 'former'], (address) =>
      notMePage({ language, csrfToken: text, email: text, isFormer: address === 'former' }),
    ),
    ...forEachCode('resetAfterNotice', ['none', 'app', 'recovery_code'], (kind) =>
      resetPage({
        ...{ language, csrfToken: text, account: { email: text } },
        afterNotice: {
          isRestored: kind === 'none',
          codeField: kind === 'none' ? undefined : { kind, hasOther: true },
        },
      }),
    ),
    ...formStates('resetWithCode', ['password', 'code'], (problems) =>
      resetPage({
        ...{ language, csrfToken: text, account: { email: text }, problems },
        afterNotice: { isRestored: true, codeField: { kind: 'app', hasOther: false } },
      }),
    ),
    resetByPasskey: resetByPasskeyPage(language, true),
    resetDone: resetDonePage(language, { href: BACK, label: text }, { strength: 'strong', sent: SENT }),
    ...forEachCode('resetDoneTo', ['signIn', 'toAccount'], (way) =>
      resetDonePage(
        language,
        { href: BACK, label: dictionaryOf(language).reset.done[way] },
        { strength: 'weak', sent: SENT },
      ),
    ),
  };
}

export function accountStates(drawing: Drawing): States {
  const { language, text } = drawing;
  const backTo = { name: text, href: BACK };
  return {
    ...formStates('account', ['name', 'email', 'password', 'closing'], (problems) =>
      accountState(drawing, { problems, password: problems && 'otters' }),
    ),
    accountWithOldProof: accountState(drawing, {
      isFresh: false,
      isMailOff: true,
      lists: noAccess,
      factors: factorSections(drawing).none,
    }),
    ...forEachCode('accountAfter', ['session', 'sessions', 'app'], (ended) => accountState(drawing, { ended })),
    ...factorStates(drawing),
    accountSaved: accountState(drawing, { pendingEmail: text, isSaved: true }),
    accountNotSaved: accountState(drawing, { isNotSaved: true }),
    newAddress: newAddressPage({ language, email: text, csrfToken: text }),
    ...forEachCode('account', keysOf(en.account.messages), (code) =>
      messagePage(language, code, code === 'password_changed' ? { strength: 'fair', sent: SENT } : {}),
    ),
    ...newPasskeyStates(drawing),
    ...recoveryStates(drawing),
    ...forEachCode('gone', keysOf(en.gone.again), (purpose) => gonePage({ language, purpose, backTo })),
    ...formStates('invitation', ['name', 'password', 'terms'], (problems) =>
      invitationState(drawing, { problems, password: problems && 'otters' }),
    ),
    invitationDone: invitationDonePage(language, text, 'fair'),
    invitationTaken: invitationTakenPage(language, text),
  };
}
