/** How each cause is brought about for which a mailed link is gone, or a form is not taken. */
import { advance } from '../protocol/time.ts';
import { newVisitor } from '../support/provider-fixture.ts';
import { choosePassword, newLink } from '../support/recovery.ts';
import type { Provocations } from './provoked-requests.ts';
import { browse, toldOnPage } from './told.ts';

export const provokedLinks: Provocations = {
  'link_gone#link-used': async (fixture) => {
    const link = await newLink(fixture, (await fixture.newAccount()).email);
    await choosePassword(link, 'another good one, by mail');
    return browse(link);
  },
  'link_gone#link-replaced': async (fixture) => {
    const { email } = await fixture.newAccount();
    const link = await newLink(fixture, email);
    await newLink(fixture, email);
    return browse(link);
  },
  'link_gone#link-too-old': async (fixture) => {
    const link = await newLink(fixture, (await fixture.newAccount()).email);
    advance(60 * 60);
    return browse(link);
  },
  'link_gone#link-ended': async (fixture) => {
    const { id, email } = await fixture.newAccount();
    const link = await newLink(fixture, email);
    await fixture.latchkey.installation.accounts.update(id, (account) => ({ ...account, isDisabled: true }));
    return browse(link);
  },
  'cookies_blocked#cookie-missing': async ({ latchkey: { issuer } }) => {
    const page = await newVisitor().open(`${issuer}/recover`);
    // Another browser: without the cookie that the page came with.
    return toldOnPage(await newVisitor().submit(page, 'recover-submit', { email: 'ada@example.com' }));
  },
};
