/** The page on which a browser passes from one account to another. */
import type { Page, User } from '../support/user.ts';

/** What a browser does by script, and a user without scripts by the only button of the page. */
export async function goOn(user: User, page: Page): Promise<Page> {
  return user.submit({ ...page, body: page.body.replace('<button autofocus', '<button id="go-on"') }, 'go-on');
}
