/** Tells the owner of an account of a sign-in in a browser that the account has not signed in with before. */
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { MailFacts } from '../mail/outbox.ts';
import type { Device, KnownDevices } from '../throttle/known-devices.ts';
import { type NoticeDeps, notify } from './notices.ts';

export interface SignInOnDevice {
  /** As it was read for the sign-in, before anything was proven of it. */
  readonly account: Account;
  /** The account was made in this very sign-in. */
  readonly hasRegistered: boolean;
  /** What the browser brought along. */
  readonly device: Device | undefined;
  readonly language: string;
  /** The IP address that the request came from. */
  readonly address: string;
  /** What the browser is called; asked for where it is told of. */
  readonly browser: () => Promise<NonNullable<MailFacts['device']>>;
}

export interface NewDeviceDeps extends NoticeDeps {
  readonly accounts: Pick<AccountStore, 'get' | 'update'>;
  readonly devices: Pick<KnownDevices, 'hasSignedIn'>;
}

/**
 * For after everything that proves who it is. The first sign-in of an account is marked and not told of: there is no browser yet that
 * is known. After all sessions were ended every browser is new, as for the budgets of passwords.
 */
export async function tellOfNewDevice(
  { account, hasRegistered, device, language, address, browser }: SignInOnDevice,
  deps: NewDeviceDeps,
): Promise<void> {
  const { accounts, devices } = deps;
  if (account.hasSignedIn !== true) {
    await accounts.update(account.id, (current) => ({ ...current, hasSignedIn: true }));
    return;
  }
  if (hasRegistered) return;
  if (device !== undefined && devices.hasSignedIn(device, account)) return;
  const facts = { device: await browser(), address };
  await notify(account, { text: 'new_device', facts }, language, deps);
}
