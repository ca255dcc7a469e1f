import { randomBytes } from 'node:crypto';
import { allowAccess, enterPassword, readJson, signIn } from '../browser.ts';
import { expect } from '../expect.ts';
import type { Stack } from '../stack.ts';

export const oauth2Proxy: Stack = {
  name: 'oauth2-proxy',
  toolchain: 'go',
  libraries: ['github.com/oauth2-proxy/oauth2-proxy/v7'],
  install: [['sh', '-c', 'GOBIN="$PWD" go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6']],
  start: ['sh', '-c', 'PATH="$PWD:$PATH" exec sh start.sh'],
  environment: () => ({ COOKIE_SECRET: randomBytes(16).toString('hex') }),
  async drive(run) {
    const { page, app, user, stranger } = run;
    await signIn(run, '/');
    expect((await page.goto(app))?.status() === 200, 'somebody of the group did not get in');
    const { email, groups } = await readJson(run, '/oauth2/userinfo');
    expect(email === user.email, `email is ${email}`);
    expect(Array.isArray(groups) && user.groups.every((group) => groups.includes(group)), `groups are ${groups}`);

    await page.context().clearCookies();
    await page.goto(app);
    await enterPassword(page, stranger);
    const answer = page.waitForResponse((response) => response.url().startsWith(`${app}/oauth2/callback`));
    await allowAccess(run);
    expect((await answer).status() === 403, 'somebody who is not of the group was not answered with 403');
    expect(
      (await page.goto(`${app}/oauth2/userinfo`))?.status() === 401,
      'somebody who is not of the group has a session',
    );
    return ['signed in (email, groups)', 'served to the group', '403 to others'];
  },
};
