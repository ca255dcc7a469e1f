/** Codes that are sent to whoever has proven the password: to whom, how often, and what ends them. */
import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { SecondFactorCodes } from '../../../src/domain/factors/second-factor-codes.ts';
import type { MailOrder } from '../../../src/domain/mail/outbox.ts';
import { type CodeMessage, CodeNotSent } from '../../../src/ports/code-sender.ts';
import type { LogFields } from '../../../src/ports/log.ts';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { user } from '../../support/accounts.ts';
import { signInBudgetsOver } from '../../support/sign-in-budgets.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const ADA = user({
  id: 'ada',
  email: 'ada@example.test',
  claims: { phone_number: '+49 170 1234567', phone_number_verified: true },
});
const HERE = '192.0.2.1';

/** Undefined where it throws nothing. */
async function codeOfError(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

type Settings = ConstructorParameters<typeof SecondFactorCodes>[0]['settings'];

async function openDesk(t: ExecutionContext, settings: Settings = { mail: 'fallback', phone: 'fallback' }) {
  const stores = await openStoresInMemory(t);
  const mailed: (MailOrder | undefined)[] = [];
  const texted: CodeMessage[] = [];
  const logged: LogFields[] = [];
  const gateway: { failure: CodeNotSent | undefined } = { failure: undefined };
  const { throttle, devices } = signInBudgetsOver(stores);
  const codes = new SecondFactorCodes({
    ...stores,
    ...{ throttle, settings, codes: stores.sentCodes },
    outbox: {
      admitCode: (accountId: string) => stores.outbox.admitCode(accountId),
      enqueue: async (to, order) => void mailed.push(order && { ...order, to }),
    },
    sender: {
      async send(message) {
        texted.push(message);
        if (gateway.failure !== undefined) throw gateway.failure;
      },
    },
    log: { warn: (fields) => void logged.push(fields) },
  });
  const send = (more: Partial<Parameters<typeof codes.send>[0]> = {}) =>
    codes.send({ interactionUid: 'uid', account: ADA, channel: 'mail', language: 'de', address: HERE, ...more });
  const prove = (typed: string, more: { interactionUid?: string; account?: Account; address?: string } = {}) =>
    codeOfError(() =>
      codes.prove(
        { interactionUid: 'uid', account: ADA, typed, address: HERE, device: undefined, ...more },
        () => undefined,
      ),
    );
  const lastCode = (): string => mailed.at(-1)?.code ?? '';
  return { ...stores, codes, mailed, texted, logged, gateway, throttle, devices, send, prove, lastCode };
}

test('a code is six digits, mailed to the account, and once is enough', async (t) => {
  const { send, mailed, prove, lastCode, clock, codes } = await openDesk(t);
  const sent = await send({ appName: 'Notes' });
  t.deepEqual(sent, { sentTo: 'a\u2022\u2022\u2022@example.test', nextAt: clock.now() + 30_000 });
  t.like(mailed[0], { text: 'second_factor_code', to: ADA.email, language: 'de', appName: 'Notes' });
  t.regex(lastCode(), /^\d{6}$/);
  t.deepEqual(await codes.find('uid', ADA), { ...sent, channel: 'mail' });
  t.is(await prove(` ${lastCode().slice(0, 3)}-${lastCode().slice(3)} `), undefined);
  t.is(await prove(lastCode()), 'code_gone');
});

test('an app that names itself like a link or a number is not named', async (t) => {
  const { send, mailed, clock } = await openDesk(t);
  for (const [name, shown] of [
    ['evil.example', undefined],
    ['https://evil', undefined],
    ['Call 0900 123456', undefined],
    ['a@b', undefined],
    ['x'.repeat(61), undefined],
    ['L\u00fcneburger Caf\u00e9 & S\u00f6hne (2)', 'L\u00fcneburger Caf\u00e9 & S\u00f6hne (2)'],
  ] as const) {
    await send({ appName: name });
    t.is(mailed.at(-1)?.appName, shown, name);
    clock.advance(3601);
  }
});

test('a code is good for its sign-in and its account alone', async (t) => {
  const { send, prove, lastCode } = await openDesk(t);
  await send();
  t.is(await prove(lastCode(), { interactionUid: 'another' }), 'code_gone');
  t.is(await prove(lastCode(), { account: user({ id: 'bob', email: 'bob@example.test' }) }), 'code_wrong');
  t.is(await prove(lastCode(), { account: { ...ADA, id: 'bob' } }), 'code_wrong');
  t.is(await prove(''), 'code_wrong');
  t.is(await prove(lastCode()), undefined);
});

test('an end of the sessions, another address, disabling and expiry end a code', async (t) => {
  for (const change of [
    { sessionsEndedAt: 1 },
    { email: 'other@example.test' },
    { isDisabled: true },
    { expiresAt: 1 },
    { awaitsApproval: true },
  ] as const) {
    const { send, prove, lastCode } = await openDesk(t);
    await send();
    t.is(await prove(lastCode(), { account: { ...ADA, ...change } }), 'code_wrong', JSON.stringify(change));
  }
  const { send, prove, texted } = await openDesk(t);
  await send({ channel: 'phone' });
  const claims = { ...ADA.claims, phone_number: '+49 170 7654321' };
  t.is(await prove(texted[0]?.code ?? '', { account: { ...ADA, claims } }), 'code_wrong');
});

test('a newer code ends the older one, and is sent after half a minute at the earliest', async (t) => {
  const { send, prove, lastCode, clock, mailed } = await openDesk(t);
  const first = await send();
  const old = lastCode();
  clock.advance(29);
  t.deepEqual(await send(), first);
  t.is(mailed.length, 1);
  clock.advance(1);
  await send();
  t.is(mailed.length, 2);
  if (old !== lastCode()) t.is(await prove(old), 'code_wrong');
  t.is(await prove(lastCode()), undefined);
});

test('five wrong ones end a code, and a newer one has five again', async (t) => {
  const { send, prove, lastCode, clock } = await openDesk(t);
  await send();
  const wrong = lastCode() === '000000' ? '000001' : '000000';
  for (const answer of ['code_wrong', 'code_wrong', 'code_wrong', 'code_wrong', 'code_gone'])
    t.is(await prove(wrong), answer);
  t.is(await prove(lastCode()), 'code_gone');
  clock.advance(30);
  await send();
  t.is(await prove(lastCode()), undefined);
});

test('an account gets six codes in an hour, whatever other mails went to its address', async (t) => {
  const { send, outbox, clock, mailed } = await openDesk(t);
  for (let n = 0; n < 5; n += 1) await outbox.admit(ADA.email, `198.51.${n}.1`);
  for (let n = 0; n < 6; n += 1) await send({ interactionUid: `uid ${n}` });
  t.is(mailed.length, 6);
  t.is(await codeOfError(() => send({ interactionUid: 'one more' })), 'too_many_attempts');
  t.true((await outbox.admit('bob@example.test', HERE)).isAdmitted, 'and they hold back no other mail');
  clock.advance(3600);
  await send({ interactionUid: 'one more' });
  t.is(mailed.length, 7);
});

test('of many requests for one code at once one counts', async (t) => {
  const { send, mailed } = await openDesk(t);
  const answers = await Promise.all(Array.from({ length: 4 }, () => send({ interactionUid: 'uid 0' })));
  t.is(new Set(answers.map(({ nextAt }) => nextAt)).size, 1);
  t.is(mailed.length, 1);
  for (let n = 1; n < 6; n += 1) await send({ interactionUid: `uid ${n}` });
  t.is(mailed.length, 6);
  t.is(await codeOfError(() => send({ interactionUid: 'one more' })), 'too_many_attempts');
});

test('a code that is held back ends none that was sent, and is none', async (t) => {
  const { send, prove, lastCode, clock, codes } = await openDesk(t);
  for (let n = 0; n < 6; n += 1) await send({ interactionUid: `uid ${n}` });
  clock.advance(31);
  for (const interactionUid of ['uid 5', 'one more'])
    t.is(await codeOfError(() => send({ interactionUid })), 'too_many_attempts');
  t.is(await codes.find('one more', ADA), undefined);
  t.is(await prove(lastCode(), { interactionUid: 'uid 5' }), undefined);
});

test('right codes cost nothing, so that somebody who signs in often is not held up', async (t) => {
  const { send, prove, lastCode, clock } = await openDesk(t);
  for (let n = 0; n < 60; n += 1) {
    await send({ interactionUid: `uid ${n}` });
    t.is(await prove(lastCode(), { interactionUid: `uid ${n}` }), undefined);
    clock.advance(601);
  }
});

test('ten thousand guesses, from everywhere and in sign-ins that are begun again, are bounded, and the owner still gets in', async (t) => {
  const { send, prove, lastCode, codes, devices, mailed } = await openDesk(t);
  let compared = 0;
  for (let round = 0; round < 500; round += 1) {
    const interactionUid = `uid ${round}`;
    await codeOfError(() => send({ interactionUid, address: `198.${round % 250}.1.1` }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => prove('no code', { interactionUid, address: `203.${n}.${round % 250}.1` })),
    );
    compared += answers.filter((answer) => answer !== 'too_many_attempts').length;
  }
  t.is(compared, 25);
  t.is(mailed.length, 6);
  const device = devices.read(devices.remember(undefined, ADA));
  const typed = { interactionUid: 'uid 5', account: ADA, typed: lastCode(), address: HERE, device };
  t.is(await codeOfError(() => codes.prove(typed, () => undefined)), undefined);
});

test('who can get a code: by the setting, by what else the account has, and by where it can be reached', async (t) => {
  const bob = user({ email: 'bob@example.test', claims: { phone_number: '+49 170 1' } });
  const cases: readonly (readonly [Settings, Account, boolean, readonly string[], readonly string[]])[] = [
    [{ mail: 'fallback', phone: 'fallback' }, ADA, false, ['pwd'], ['mail', 'phone']],
    [{ mail: 'fallback', phone: 'fallback' }, ADA, true, ['pwd'], []],
    [{ mail: 'mfa', phone: 'fallback' }, ADA, true, ['pwd'], ['mail']],
    [{ mail: 'mfa', phone: 'mfa' }, ADA, true, ['pwd'], ['mail', 'phone']],
    [{ mail: 'mfa', phone: 'mfa' }, ADA, true, ['mca'], ['phone']],
    [{ mail: 'mfa', phone: 'mfa' }, bob, false, ['pwd'], ['mail']],
    [{ mail: 'off', phone: 'off' }, ADA, false, ['pwd'], []],
  ];
  for (const [settings, account, hasStrongerFactor, amr, expected] of cases) {
    const { codes } = await openDesk(t, settings);
    t.deepEqual(codes.channelsFor(account, { hasStrongerFactor, isMfaDemanded: false, amr }), expected);
    // Whatever else is offered, a code that is a fallback is never enough for a level.
    const enough = codes.channelsFor(account, { hasStrongerFactor, isMfaDemanded: true, amr });
    t.deepEqual(
      enough,
      enough.filter((channel) => settings[channel] === 'mfa'),
    );
  }
  const { send, mailed } = await openDesk(t, { mail: 'off', phone: 'fallback' });
  t.is(await codeOfError(() => send()), 'code_not_sent');
  t.is(await codeOfError(() => send({ channel: 'phone', account: bob })), 'code_not_sent');
  t.is(mailed.length, 0);
});

test('a code counts as mfa where the operator says so, for the way by which it was sent', async (t) => {
  const { send, codes, texted, lastCode } = await openDesk(t, { mail: 'fallback', phone: 'mfa' });
  await send({ channel: 'phone' });
  const typed = { interactionUid: 'uid', account: ADA, address: HERE, device: undefined };
  t.like(await codes.prove({ ...typed, typed: texted[0]?.code ?? '' }, () => undefined), {
    channel: 'phone',
    countsAsMfa: true,
  });
  await send();
  t.like(await codes.prove({ ...typed, typed: lastCode() }, () => undefined), { channel: 'mail', countsAsMfa: false });
});

test('a telephone gets the code by the gateway; where that fails it can be asked for at once, and the log names no code', async (t) => {
  const { send, texted, gateway, logged, prove, mailed } = await openDesk(t);
  t.is((await send({ channel: 'phone', appName: 'Notes' })).sentTo, '\u2022\u2022\u2022 67');
  t.like(texted[0], {
    channel: 'sms',
    destination: '+49 170 1234567',
    accountId: 'ada',
    language: 'de',
    appName: 'Notes',
  });
  gateway.failure = new CodeNotSent('timed_out');
  const other = { channel: 'phone', interactionUid: 'other' } as const;
  t.is(await codeOfError(() => send(other)), 'code_not_sent');
  t.deepEqual(logged, [{ cause: 'timed_out', detail: '' }]);
  gateway.failure = undefined;
  await send(other);
  t.is(texted.length, 3);
  t.is(new Set(texted.map(({ id }) => id)).size, 3);
  t.is(await prove(texted[2]?.code ?? '', { interactionUid: 'other' }), undefined);
  t.is(mailed.length, 0);
  // Another way at once, as long as nothing was typed.
  await send({ channel: 'mail' });
  t.is(mailed.length, 1);
});
