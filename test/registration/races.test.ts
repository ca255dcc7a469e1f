/** However many at once: one account, one password, and whoever comes second is told so. On every database. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
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
  otherCode,
  outcomeOf,
  problemOf,
  shownCode,
} from './registering.ts';
import { signIn } from './sign-in.ts';

const OTHER = 'quite another sentence here';
const count = (pages: readonly Page[], is: (page: Page) => boolean): number => pages.filter(is).length;

await forEachDatabase(test, ({ name: database }) => {
  test.serial(`${database}: fifty presses of the button, one works`, async (t) => {
    const fixture = await ownProvider(t, { database });
    const { user, email } = await begins(fixture);
    const confirm = await user.open(await linkTo(fixture, email));
    const pages = await atOnce(50, () => user.submit(confirm, 'confirm-submit'));
    t.is(
      count(pages, ({ status }) => status === 410),
      49,
    );
    t.is(count(pages, isConsent), 1);
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
});
