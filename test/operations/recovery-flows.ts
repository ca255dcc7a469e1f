/** Getting back in: what is asked for an account that there is, for one that there is not, and the new password. */
import { type Fixture, newStepper, WITHOUT_TERMS } from './fixture.ts';

const PASSWORD = 'seven herons on the north shore';

export async function recoveryFlows({ latchkey, app, clock, measure, mailedLink }: Fixture): Promise<void> {
  const user = newStepper();
  const address = `${latchkey.issuer}/recover?${new URLSearchParams({ client_id: app.client.client_id })}`;
  const page = await measure('recovery page', () => user.open(address));
  const ask = (email: string) => user.submit(page, 'recover-submit', { email });
  await measure('recovery, unknown account', () => ask('nobody@example.com'));
  await measure('recovery', () => ask(WITHOUT_TERMS));
  const link = await mailedLink(WITHOUT_TERMS);
  const reset = await measure('reset page', () => user.open(link));
  await measure('reset, password too short', () => user.submit(reset, 'reset-submit', { password: 'short' }));
  // So that its mail is the newest.
  clock.advance(1);
  await measure('reset', () => user.submit(reset, 'reset-submit', { password: PASSWORD }));
  await measure('reset page of a used link', () => user.open(link));
  const noticed = await mailedLink(WITHOUT_TERMS);
  const notice = await measure('page of a notice', () => user.open(noticed));
  const answered = await measure('a notice answered', () => user.submit(notice, 'not-me-submit'));
  await measure('reset page after a notice', () => user.open(answered.url));
  await measure('page of an answered notice', () => user.open(noticed));
  await measure('reset page of no link', () => user.open(`${latchkey.issuer}/reset/made-up`));
}
