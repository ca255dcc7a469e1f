/** The requests of a registration: in the browser that began, and with the link opened in another. */
import { TERMS } from '../support/provider-fixture.ts';
import { type Fixture, LOGIN, newStepper } from './fixture.ts';

const PASSWORD = 'seven quiet otters upstream';

async function begin({ app, measure }: Fixture, email: string, what: string) {
  const user = newStepper();
  const { url } = await user.open(app.request({ prompt: 'create' }).url);
  const form = await measure(`register page, ${what}`, () => user.open(url));
  const begun = await measure(`register, ${what}`, () =>
    user.submit(form, 'register-submit', { email, password: PASSWORD, terms: TERMS.TERMS_VERSION }),
  );
  return { user, waiting: await measure(`waiting page, ${what}`, () => user.open(begun.url)) };
}

export async function registrationFlows(fixture: Fixture): Promise<void> {
  const { measure } = fixture;
  // The first of an address and its network begins their budgets.
  await begin(fixture, 'first@example.com', 'the first');
  const known = await begin(fixture, LOGIN, 'known address');
  await measure('wrong code, known address', () => known.user.submit(known.waiting, 'code-submit', { code: 'A' }));
  await measure('send again, known address', () => known.user.submit(known.waiting, 'send-again'));
  const { user, waiting } = await begin(fixture, 'wren@example.com', 'new address');
  await measure('wrong code, new address', () => user.submit(waiting, 'code-submit', { code: 'A' }));
  // So that the later mail is told from the earlier one.
  fixture.clock.advance(1);
  await measure('send again, new address', () => user.submit(waiting, 'send-again'));

  const elsewhere = newStepper();
  const link = await fixture.mailedLink('wren@example.com');
  const confirm = await measure('page of the link', () => elsewhere.open(link));
  const shown = await measure('button of the link, elsewhere', () => elsewhere.submit(confirm, 'confirm-submit'));
  const code = /id="confirmation-code"[^>]*>([^<]+)</.exec(shown.body)?.[1] ?? '';
  await measure('right code', () => user.submit(waiting, 'code-submit', { code }));

  const here = await begin(fixture, 'robin@example.com', 'another new address');
  const page = await here.user.open(await fixture.mailedLink('robin@example.com'));
  await measure('button of the link, here', () => here.user.submit(page, 'confirm-submit'));
}
