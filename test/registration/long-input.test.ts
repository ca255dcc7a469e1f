/** What people type is as long as a form may be: at no door is more of it put into Unicode's forms than a name or address can have. */
import test from 'ava';
import { readEmailAddress, readName, readOptionalName, readUsername } from '../../src/domain/accounts/identifiers.ts';
import { checkPassword } from '../../src/domain/passwords/password-policy.ts';
import { isCode } from '../../src/domain/registration/confirmation-code.ts';
import { readRegistrant } from '../../src/domain/registration/registrant.ts';
import { atAccount } from '../account/fixture.ts';
import { inviteTo } from '../support/invitations.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { begins, confirms, NEW_PASSWORD, newAddress, opensForm, problemOf } from './registering.ts';

/** A name's letters, each as eighteen. */
const MOST_NORMALIZED = 400 * 18;
const MARKS = '\u0301\u0323'.repeat(1300);
const LONG = {
  'an address of marks': `a${MARKS}@example.com`,
  'a domain of marks': `wren@a${MARKS}.example`,
  'an A-label': `wren@xn--${'a'.repeat(2500)}.example`,
  'marks alone': MARKS,
  'blanks around': `${' '.repeat(2500)}wren@example.com${' '.repeat(2500)}`,
  'letters of eighteen': '\ufdfa'.repeat(2100),
};

const fixture = await sharedProvider();

let longest = 0;
const { normalize } = String.prototype;
test.before(() => {
  String.prototype.normalize = function counted(this: string, form?: string): string {
    longest = Math.max(longest, this.length);
    return normalize.call(this, form);
  };
});
test.after.always(() => {
  String.prototype.normalize = normalize;
});
test.beforeEach(() => {
  longest = 0;
});

for (const [what, text] of Object.entries(LONG)) {
  test.serial(`no reader puts it into another form: ${what}`, (t) => {
    for (const read of [readEmailAddress, readName, readOptionalName, readUsername]) t.throws(() => read(text));
    const read = readRegistrant({ email: text, name: text, password: text }, { domains: [], brandName: 'x' });
    t.like(read, { problems: { email: 'email_invalid', name: 'name_too_long' } });
    const owner = { email: text, username: text, name: text, brandName: 'Latchkey' };
    checkPassword(NEW_PASSWORD, owner);
    isCode(text, 'id', undefined, { now: 0, keyedHash: fixture.latchkey.installation.keyedHash });
    t.true(longest <= MOST_NORMALIZED, `${longest}`);
  });

  test.serial(`no form puts it into another form: ${what}`, async (t) => {
    const { user, register } = await opensForm(fixture);
    const page = await user.submit(register, 'register-submit', { email: text, name: text, password: text });
    t.is(page.status, 400);
    const begun = await begins(fixture);
    t.is(problemOf(await begun.user.submit(begun.waiting, 'code-submit', { code: `x${text}` })), 'wrong_code');
    const elsewhere = newVisitor();
    const code = await confirms(fixture, begun.email, elsewhere);
    const chosen = await elsewhere.submit(code, 'password-submit', { name: text, password: NEW_PASSWORD });
    t.is(problemOf(chosen), 'name_too_long');
    const invitation = await inviteTo(fixture.latchkey, newAddress());
    const invited = await user.open(invitation.link);
    const accepted = await user.submit(invited, 'confirm-submit', { name: text, password: NEW_PASSWORD });
    t.is(accepted.status, 400);
    const { user: owner, page: profile } = await atAccount(fixture);
    t.is((await owner.submit(profile, 'name-submit', { name: text })).status, 400);
    t.is((await owner.submit(profile, 'email-submit', { email: text })).status, 400);
    t.true(longest <= MOST_NORMALIZED, `${longest}`);
  });
}
