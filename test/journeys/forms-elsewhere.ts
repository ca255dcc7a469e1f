/** Forms that belong to no step of a sign-in: registering, getting back in, links of mails, /account. A new one is one row. */
import { atFactors, atWeakProof, rememberDevice, secretOn } from '../account/factors.ts';
import { atAccount, changes } from '../account/fixture.ts';
import { atPortal, REDIRECT, withClient } from '../developer/fixture.ts';
import { begins, confirms, linkTo, NEW_PASSWORD, newAddress, shownCode } from '../registration/registering.ts';
import { codeOfSecret } from '../support/factors.ts';
import { inviteTo } from '../support/invitations.ts';
import { linkDoors } from '../support/link-doors.ts';
import { mailsTo } from '../support/mails.ts';
import { challengeOf, newAuthenticator } from '../support/passkeys.ts';
import { newVisitor, obtainCode, type Fixture as Provider, TERMS } from '../support/provider-fixture.ts';
import { newLink } from '../support/recovery.ts';
import type { Page, User } from '../support/user.ts';
import { atEnrolment, atLogin, atSentCode, codeAt, newPerson, START } from './forms.ts';

export interface AtOtherForm {
  readonly user: User;
  readonly page: Page;
  /** What is filled in, so that it is right. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A page on which something ends: its status, and the button that says what to do. */
export interface End {
  readonly status: number;
  /** The id of a button, or the address that one leads to. */
  readonly button: string | RegExp;
}

export interface OtherFormRow {
  /** Below views/, without the ending. */
  readonly view: string;
  /** Id of the button that sends it. */
  readonly button: string;
  readonly open: (provider: Provider) => Promise<AtOtherForm>;
  readonly done: End;
  /** Sent a second time: at once, or after the browser's back button. */
  readonly again: End;
  /** Left open for so long, and where that ends. */
  readonly late: End & { readonly seconds: number };
  /** In a browser that keeps no cookies. */
  readonly blocked: End;
}

const accepted = { terms: TERMS.TERMS_VERSION };
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

const toApp = `${START}?iss=`;
const expired: End = { status: 400, button: toApp };
const consent: End = { status: 200, button: 'consent-submit' };
const waits: End = { status: 200, button: 'code-submit' };
const secondFactor: End = { status: 200, button: 'mfa-submit' };
const made: End = { status: 200, button: toApp };
/** Another one can be sent; or the sign-in has gone on. */
const codeUsed: End = { status: 400, button: new RegExp(`id="send-again"|href="${START}`) };
const gone = (button: string): End => ({ status: 410, button });
const blocked = (button: string | RegExp): End => ({ status: 403, button });

async function atRegister(provider: Provider): Promise<AtOtherForm> {
  const { app, user } = await atLogin(provider, newPerson());
  const fields = { email: newAddress(), password: NEW_PASSWORD, ...accepted };
  return { user, page: await user.open(app.request({ prompt: 'create' }).url), fields };
}

async function registering(provider: Provider) {
  const app = await provider.newApp({ initiate_login_uri: START });
  return begins(provider, { user: newPerson(), app, fields: accepted });
}

async function atWaiting(provider: Provider): Promise<AtOtherForm> {
  const { user, waiting: page } = await registering(provider);
  return { user, page };
}

async function atCode(provider: Provider): Promise<AtOtherForm> {
  const { user, waiting, email } = await registering(provider);
  return { user, page: waiting, fields: { code: shownCode(await confirms(provider, email, newVisitor())) } };
}

async function atNotice(provider: Provider): Promise<AtOtherForm> {
  const { mail } = await linkDoors.not_me.begin(provider);
  const user = newVisitor();
  return { user, page: await user.open(await mail()) };
}

async function atConfirm(provider: Provider): Promise<AtOtherForm> {
  const { user, email } = await registering(provider);
  return { user, page: await user.open(await linkTo(provider, email)) };
}

async function atNewPassword(provider: Provider): Promise<AtOtherForm> {
  const { email } = await registering(provider);
  const user = newPerson();
  return { user, page: await confirms(provider, email, user), fields: { password: NEW_PASSWORD, ...accepted } };
}

async function atAddingApp(provider: Provider): Promise<AtOtherForm> {
  const { user, page } = await atEnrolment(provider, newPerson());
  return { user, page, fields: { code: codeAt(page) } };
}

const atSending = async (provider: Provider): Promise<AtOtherForm> => atEnrolment(provider, newPerson());

async function atSentAgain(provider: Provider): Promise<AtOtherForm> {
  const { user, page } = await atSentCode(provider, newPerson());
  return { user, page };
}

async function atEnteringSentCode(provider: Provider): Promise<AtOtherForm> {
  const { user, page, email } = await atSentCode(provider, newPerson());
  const [mail] = (await mailsTo(provider.latchkey, email)).slice(-1);
  return { user, page, fields: { code: /\b\d{6}\b/.exec(mail?.body ?? '')?.[0] ?? '' } };
}

/** Where no code has been asked for yet. */
async function atMailedCode(provider: Provider): Promise<AtOtherForm> {
  const { user, page: login } = await atLogin(provider, newPerson());
  const page = await user.open(login.url.replace('?', '/mailed-code?'));
  return { user, page, fields: { email: (await provider.newAccount()).email } };
}

async function atEnteringCode(provider: Provider): Promise<AtOtherForm> {
  const { user, page: asking, fields } = await atMailedCode(provider);
  const page = await user.submit(asking, 'mailed-code-submit', fields);
  const [mail] = await mailsTo(provider.latchkey, fields?.email ?? '');
  return { user, page, fields: { code: mail?.body.slice(0, 8) ?? '' } };
}

const atSendingAgain = async (provider: Provider): Promise<AtOtherForm> => {
  const { user, page } = await atEnteringCode(provider);
  return { user, page };
};

async function atRecover({ latchkey, newAccount }: Provider): Promise<AtOtherForm> {
  const user = newPerson();
  return { user, page: await user.open(`${latchkey.issuer}/recover`), fields: { email: (await newAccount()).email } };
}

async function atReset(provider: Provider): Promise<AtOtherForm> {
  const user = newPerson();
  const link = await newLink(provider, (await provider.newAccount()).email);
  return { user, page: await user.open(link), fields: { password: NEW_PASSWORD } };
}

async function atInvitation({ latchkey }: Provider): Promise<AtOtherForm> {
  const user = newPerson();
  const { link } = await inviteTo(latchkey, newAddress());
  return { user, page: await user.open(link), fields: { password: NEW_PASSWORD, ...accepted } };
}

async function atNewAddress(provider: Provider): Promise<AtOtherForm> {
  const { user, page } = await atAccount(provider, {}, newPerson());
  const email = newAddress();
  await user.submit(page, 'email-submit', { email });
  return { user, page: await user.open(String((await mailsTo(provider.latchkey, email)).at(-1)?.link)) };
}

async function atOwnAccount(provider: Provider): Promise<AtOtherForm> {
  return atAccount(provider, {}, newPerson());
}

async function atPendingAddress(provider: Provider): Promise<AtOtherForm> {
  const { user, page } = await atOwnAccount(provider);
  return { user, page: await user.submit(page, 'email-submit', { email: newAddress() }) };
}

async function atNewPasskey(provider: Provider): Promise<AtOtherForm> {
  const { user } = await atOwnAccount(provider);
  const page = await user.open(`${provider.latchkey.issuer}/account/factors/passkey`);
  const passkey = newAuthenticator(provider.latchkey).create({ challenge: challengeOf(page) });
  return { user, page, fields: { passkey } };
}

const account: End = { status: 200, button: 'name-submit' };
const signedOut: End = { status: 403, button: '/account' };
/** The proof is too old: the same form is good again after another. */
const proof = { status: 200, button: 'login-submit', seconds: 10 * 60 + 1 };

/** Signed in in another browser too, at an app. */
async function atAccountBesideOther(provider: Provider): Promise<AtOtherForm> {
  const { user, account } = await atAccount(provider, {}, newPerson());
  await obtainCode(await provider.newApp(), { login: account.email });
  return { user, page: await user.open(`${provider.latchkey.issuer}/account`) };
}

const withFactor: End = { status: 200, button: 'recovery-codes-renew' };

async function atNewApp({ latchkey, ...provider }: Provider): Promise<AtOtherForm> {
  const { user } = await atAccount({ latchkey, ...provider }, {}, newPerson());
  const page = await user.open(`${latchkey.issuer}/account/factors/app`);
  return { user, page, fields: { code: codeOfSecret(secretOn(page), latchkey.installation.clock.now()) } };
}

const atFactorsOf = (provider: Provider): Promise<AtOtherForm> => atFactors(provider, newPerson());

async function atRememberedDevice(provider: Provider): Promise<AtOtherForm> {
  const { user, account } = await atFactors(provider, newPerson());
  await rememberDevice(provider, account.id);
  return { user, page: await user.open(`${provider.latchkey.issuer}/account`) };
}

async function atStrongerProof(provider: Provider): Promise<AtOtherForm> {
  const { user, page, recoveryCodes } = await atWeakProof(provider, ['app'], newPerson());
  const fields = { recovery_code: recoveryCodes[0] ?? '' };
  return { user, page: await user.submit(page, 'remove-factor-0'), fields };
}

/** What is ended needs no fresh proof. */
const besideOther = { open: atAccountBesideOther, late: { ...account, seconds: proof.seconds } };

async function atNewClient(provider: Provider): Promise<AtOtherForm> {
  const { user } = await atPortal(provider, { user: newPerson() });
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT };
  return { user, page: await user.open(`${provider.latchkey.issuer}/developer/new`), fields };
}

const atClient =
  (fields: Readonly<Record<string, string>>) =>
  async (provider: Provider): Promise<AtOtherForm> => {
    const { user, clientId } = await withClient(provider, {}, newPerson());
    return { user, page: await user.open(`${provider.latchkey.issuer}/developer/clients/${clientId}`), fields };
  };

const atSettings: End = { status: 200, button: 'client-save' };
/** The client is there, and was changed before. */
const done: End = { status: 409, button: /class="button primary" href="\/developer\/clients\/notes-[0-9a-f]{16}"/ };
const ofPortal = { late: proof, blocked: blocked('/developer') };

const ofAccount = (
  button: string,
  fields: Readonly<Record<string, string>>,
  ends: Partial<Pick<OtherFormRow, 'view' | 'done' | 'again' | 'late' | 'open'>> = {},
): OtherFormRow => ({
  view: 'account/account',
  button,
  ...{ done: account, again: account, late: proof, blocked: blocked('/account'), ...ends },
  open: async (provider) => ({ ...(await (ends.open ?? atOwnAccount)(provider)), fields }),
});

export const formsElsewhere: Readonly<Record<string, OtherFormRow>> = {
  registering: {
    ...{ view: 'registration/register', button: 'register-submit', open: atRegister },
    ...{ done: waits, again: waits, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'the code of a registration': {
    ...{ view: 'registration/waiting', button: 'code-submit', open: atCode },
    ...{ done: consent, again: made, late: { ...expired, seconds: DAY }, blocked: blocked('/registration/') },
  },
  'another mail for a registration': {
    ...{ view: 'registration/waiting', button: 'send-again', open: atWaiting },
    ...{ done: waits, again: waits, late: { ...expired, seconds: DAY }, blocked: blocked('/registration/') },
  },
  'the link of a registration': {
    ...{ view: 'registration/confirm', button: 'confirm-submit', open: atConfirm },
    ...{ done: consent, again: made, blocked: blocked('/confirm/') },
    late: { ...gone('/account/register'), seconds: DAY },
  },
  'a new password for a registration': {
    ...{ view: 'registration/code', button: 'password-submit', open: atNewPassword },
    ...{ done: made, again: made, blocked: blocked('/account/register') },
    late: { ...gone('/account/register'), seconds: DAY },
  },
  'adding an app inside of a sign-in': {
    ...{ view: 'second-factor/enrolment', button: 'totp-confirm', open: atAddingApp },
    ...{ done: secondFactor, again: secondFactor, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'having a code sent': {
    ...{ view: 'second-factor/sends', button: 'send-code-mail', open: atSending },
    ...{ done: secondFactor, again: secondFactor, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'having another code sent': {
    ...{ view: 'second-factor/sent-code', button: 'send-code', open: atSentAgain },
    ...{ done: secondFactor, again: secondFactor, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'entering a sent code': {
    ...{ view: 'second-factor/sent-code', button: 'mfa-submit', open: atEnteringSentCode },
    ...{ done: consent, again: expired, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'asking for a code': {
    ...{ view: 'mailed-code/ask', button: 'mailed-code-submit', open: atMailedCode },
    ...{ done: waits, again: waits, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'asking for another code': {
    ...{ view: 'mailed-code/enter', button: 'send-again', open: atSendingAgain },
    ...{ done: waits, again: waits, late: { ...expired, seconds: HOUR }, blocked: expired },
  },
  'entering a code': {
    ...{ view: 'mailed-code/enter', button: 'code-submit', open: atEnteringCode },
    ...{ done: consent, again: codeUsed, late: { ...expired, seconds: HOUR } },
    blocked: expired,
  },
  recovery: {
    ...{ view: 'recovery/recover', button: 'recover-submit', open: atRecover },
    ...{ done: { status: 200, button: '/recover' }, again: { status: 200, button: '/recover' } },
    ...{ late: { status: 200, button: '/recover', seconds: DAY }, blocked: blocked('/recover') },
  },
  'a new password by mail': {
    ...{ view: 'links/reset', button: 'reset-submit', open: atReset },
    ...{ done: { status: 200, button: '/account' }, again: gone('/recover'), blocked: blocked(/href=""/) },
    late: { ...gone('/recover'), seconds: HOUR },
  },
  'an answer to a notice': {
    ...{ view: 'links/not-me', button: 'not-me-submit', open: atNotice },
    ...{ done: { status: 200, button: 'reset-submit' }, again: gone('/recover'), blocked: blocked('/not-me/') },
    late: { ...gone('/recover'), seconds: 7 * DAY },
  },
  invitation: {
    ...{ view: 'links/invitation', button: 'confirm-submit', open: atInvitation },
    ...{ done: { status: 200, button: '/account' }, again: gone('/account'), blocked: blocked('?') },
    late: { ...gone('/account'), seconds: 7 * DAY },
  },
  'a new address': {
    ...{ view: 'links/new-address', button: 'confirm-submit', open: atNewAddress },
    ...{
      done: { status: 200, button: '/account' },
      again: gone('/account#profile'),
      blocked: blocked('/new-address/'),
    },
    late: { ...gone('/account#profile'), seconds: DAY },
  },
  'the name at /account': ofAccount('name-submit', changes.name.fields),
  'the address at /account': ofAccount('email-submit', { email: 'a-new-one@example.com' }),
  'the cancelled address at /account': ofAccount('email-cancel', {}, { open: atPendingAddress }),
  'the password at /account': ofAccount('password-submit', changes.password.fields, {
    done: { status: 200, button: '/account' },
    again: signedOut,
  }),
  'ending a session': ofAccount('end-session-1', {}, { ...besideOther, view: 'account/sessions' }),
  'ending all other sessions': ofAccount('end-other-sessions', {}, { ...besideOther, view: 'account/sessions' }),
  'revoking an app': ofAccount(
    'revoke-app-0',
    {},
    { ...besideOther, view: 'account/apps', again: { status: 404, button: '/account#apps' } },
  ),
  'a new authenticator app': {
    ...{ view: 'account/factors/new-app', button: 'totp-confirm', open: atNewApp },
    ...{ done: { status: 200, button: '/account#factors' }, again: withFactor },
    ...{ late: proof, blocked: blocked('/account') },
  },
  'removing a factor': ofAccount(
    'remove-factor-0',
    {},
    {
      ...{ view: 'account/factors', open: atFactorsOf, late: proof },
      ...{ done: { status: 200, button: '/account/factors/app' }, again: { status: 404, button: '/account#factors' } },
    },
  ),
  'new recovery codes': ofAccount(
    'recovery-codes-renew',
    {},
    {
      ...{ view: 'account/factors', open: atFactorsOf, late: proof },
      ...{ done: { status: 200, button: '/account#factors' }, again: { status: 200, button: '/account#factors' } },
    },
  ),
  'a recovery code in place of a stronger proof': {
    ...{ view: 'account/factors/stronger-proof', button: 'recovery-code-submit', open: atStrongerProof },
    ...{ done: withFactor, again: { status: 400, button: 'recovery-code-submit' } },
    ...{ late: proof, blocked: blocked('/account') },
  },
  'forgetting a device': ofAccount(
    'forget-device-0',
    {},
    {
      ...{ view: 'account/factors', open: atRememberedDevice, late: { ...account, seconds: proof.seconds } },
      again: { status: 404, button: '/account#factors' },
    },
  ),
  'forgetting all devices': ofAccount(
    'forget-all-devices',
    {},
    {
      ...{ view: 'account/factors', open: atRememberedDevice, late: { ...account, seconds: proof.seconds } },
      again: { status: 404, button: '/account#factors' },
    },
  ),
  'a new passkey': {
    ...{ view: 'account/factors/new-passkey', button: 'passkey-add', open: atNewPasskey },
    ...{ done: { status: 200, button: '/account#factors' }, again: { status: 400, button: 'passkey-add' } },
    ...{ late: proof, blocked: blocked('/account') },
  },
  'closing the account': ofAccount('close-submit', changes.closing.fields, {
    done: { status: 200, button: '/' },
    again: signedOut,
  }),
  'a new client': {
    ...{ view: 'developer/new', button: 'client-create', open: atNewClient, ...ofPortal },
    ...{ done: atSettings, again: done },
  },
  'the settings of a client': {
    ...{ view: 'developer/client', button: 'client-save', open: atClient({ client_name: 'Logs' }), ...ofPortal },
    ...{ done: atSettings, again: atSettings },
  },
  'another secret': {
    ...{ view: 'developer/secret', button: 'secret-rotate', open: atClient({ overlap: '1' }), ...ofPortal },
    ...{ done: atSettings, again: done },
  },
  'removing a client': {
    ...{ view: 'developer/removal', button: 'client-remove', open: atClient({ understood: 'yes' }), ...ofPortal },
    ...{ done: { status: 200, button: '/developer/new' }, again: { status: 404, button: '/developer' } },
  },
};
