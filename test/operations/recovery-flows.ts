/** Getting back in: what is asked for an account that there is, for one that there is not, and the new password. */
import { mailsTo } from '../support/mails.ts';
import { type Fixture, newStepper } from './fixture.ts';

const OTHER_LOGIN = 'grace@example.com';
const PASSWORD = 'seven herons on the north shore';

export async function recoveryFlows({ latchkey, app, measure }: Fixture): Promise<void> {
  await latchkey.createAccount({ email: OTHER_LOGIN, password: 'a first password that is long' });
  const user = newStepper();
  const address = `${latchkey.issuer}/recover?${new URLSearchParams({ client_id: app.client.client_id })}`;
  const page = await measure('recovery page', () => user.open(address));
  const ask = (email: string) => user.submit(page, 'recover-submit', { email });
  await measure('recovery, unknown account', () => ask('nobody@example.com'));
  await measure('recovery', () => ask(OTHER_LOGIN));
  const { link = '' } = (await mailsTo(latchkey, OTHER_LOGIN)).at(-1) ?? {};
  const reset = await measure('reset page', () => user.open(link));
  await measure('reset, password too short', () => user.submit(reset, 'reset-submit', { password: 'short' }));
  await measure('reset', () => user.submit(reset, 'reset-submit', { password: PASSWORD }));
  await measure('reset page of a used link', () => user.open(link));
  await measure('reset page of no link', () => user.open(`${latchkey.issuer}/reset/made-up`));
}
