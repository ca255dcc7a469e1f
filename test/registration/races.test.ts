/** However many at once: one account, one password, and whoever comes second is told so. On every database. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, ownProvider } from '../support/provider-fixture.ts';
import { atOnce } from '../support/records.ts';
import type { Page } from '../support/user.ts';
import {
  begins,
  confirms,
  isConsent,
  linkTo,
  NEW_PASSWORD,
  newAddress,
  opensForm,
  otherCode,
  outcomeOf,
  problemOf,
  shownCode,
} from './registering.ts';
import { signIn } from './sign-in.ts';

const OTHER = 'quite another sentence here';
const count = (pages: readonly Page[], is: (page: Page) => boolean): number => pages.filter(is).length;

await forEachDatabase(test, ({ name: database }) => {
  test.serial(`${database}: fifty presses of the button, all end alike, and one account is made`, async (t) => {
    const fixture = await ownProvider(t, { database });
    const { user, email } = await begins(fixture);
    const confirm = await user.open(await linkTo(fixture, email));
    const pages = await atOnce(50, () => user.submit(confirm, 'confirm-submit'));
    t.is(
      count(pages, (page) => isConsent(page) || outcomeOf(page) === 'made'),
      50,
    );
    t.is(count(pages, isConsent) > 0, true);
    t.is(fixture.latchkey.logged.filter(({ event }) => event === 'account.created').length, 1);
  });

  test.serial(`${database}: of fifty wrong codes at once five are compared, and the right one is dead`, async (t) => {
    const fixture = await ownProvider(t, { database });
    const { user, email, waiting } = await begins(fixture);
    const code = shownCode(await confirms(fixture, email, newVisitor()));
    const pages = await atOnce(50, () => user.submit(waiting, 'code-submit', { code: otherCode(code) }));
    t.is(
      count(pages, (page) => problemOf(page) === 'wrong_code'),
      4,
    );
    t.is(
      count(pages, (page) => problemOf(page) === 'codes_used_up'),
      46,
    );
    const failed = fixture.latchkey.logged.filter(({ event }) => event === 'registration.failed');
    t.is(failed.filter(({ reason }) => reason === 'wrong_code').length, 5);
    t.is(problemOf(await user.submit(waiting, 'code-submit', { code })), 'codes_used_up');
  });

  test.serial(
    `${database}: code, new password and two browsers with one address: one account, and one password`,
    async (t) => {
      const fixture = await ownProvider(t, { database });
      const accountsOf = async (email: string) => {
        const { items } = await fixture.latchkey.installation.accounts.list({ limit: 100 });
        return items.filter((account) => account.email.toLowerCase() === email.toLowerCase()).length;
      };
      const { user, email, waiting } = await begins(fixture);
      const elsewhere = newVisitor();
      const shown = await confirms(fixture, email, elsewhere);
      const code = shownCode(shown);
      // Its link is newer; what the older one has shown goes on.
      const second = await begins(fixture, { email, password: 'a third one of four words' });
      const link = await linkTo(fixture, email);
      const press = await second.user.open(link);
      const pages = await Promise.all([
        ...Array.from({ length: 3 }, () => user.submit(waiting, 'code-submit', { code })),
        ...Array.from({ length: 3 }, () => elsewhere.submit(shown, 'password-submit', { password: OTHER })),
        second.user.submit(press, 'confirm-submit'),
      ]);
      t.is(await accountsOf(email), 1);
      const made = pages.filter((page) => isConsent(page) || outcomeOf(page) === 'made');
      t.true(made.length >= 1);
      for (const page of pages.filter((each) => !made.includes(each))) {
        const said = [outcomeOf(page) === 'taken', page.status === 410, problemOf(page) !== undefined];
        t.true(said.includes(true), outcomeOf(page));
      }
      const works: string[] = [];
      for (const password of [NEW_PASSWORD, OTHER, 'a third one of four words'])
        if (isConsent(await signIn(fixture, email, password))) works.push(password);
      t.is(works.length, 1);
    },
  );

  test.serial(`${database}: an administrator and whoever registers with one address at once`, async (t) => {
    const fixture = await ownProvider(t, { database });
    for (let round = 0; round < 5; round += 1) {
      const { user, email } = await begins(fixture, { email: newAddress() });
      const confirm = await user.open(await linkTo(fixture, email));
      const [page, made] = await Promise.all([
        user.submit(confirm, 'confirm-submit'),
        fixture.latchkey.createAccount({ email, password: OTHER }).then(
          () => true,
          () => false,
        ),
      ]);
      t.is(isConsent(page), !made);
      if (made) t.is(outcomeOf(page), 'taken');
    }
  });

  test.serial(`${database}: pressed twice, code and new password end alike, and one account is made`, async (t) => {
    const fixture = await ownProvider(t, { database });
    for (let round = 0; round < 4; round += 1) {
      const { user, email, waiting } = await begins(fixture);
      const code = shownCode(await confirms(fixture, email, newVisitor()));
      const codes = await atOnce(2, () => user.submit(waiting, 'code-submit', { code }));
      for (const page of codes) t.true(isConsent(page) || outcomeOf(page) === 'made', outcomeOf(page));

      const other = await begins(fixture);
      const elsewhere = newVisitor();
      const form = await confirms(fixture, other.email, elsewhere);
      const passwords = await atOnce(2, () => elsewhere.submit(form, 'password-submit', { password: OTHER }));
      for (const page of passwords) t.is(outcomeOf(page), 'made');
      t.is(outcomeOf(await elsewhere.submit(form, 'password-submit', { password: OTHER })), 'made');
    }
    t.is(fixture.latchkey.logged.filter(({ event }) => event === 'account.created').length, 8);
  });

  test.serial(`${database}: sent twice at once, the form leaves one link that works`, async (t) => {
    const fixture = await ownProvider(t, { database });
    for (let round = 0; round < 4; round += 1) {
      const { user, register } = await opensForm(fixture);
      const email = newAddress();
      await atOnce(2, () => user.submit(register, 'register-submit', { email, name: 'W', password: NEW_PASSWORD }));
      const mails = await mailsTo(fixture.latchkey, email);
      const pages = await Promise.all(mails.map(({ link }) => user.open(link ?? '')));
      t.is(
        count(pages, ({ status }) => status === 200),
        1,
      );
    }
  });
});
