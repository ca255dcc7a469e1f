/** How each event of second factors at /account comes about. */
import { type AtFactors, atFactors, atWeakProof, rememberDevice } from '../account/factors.ts';
import { type Drive, newBrowser, type Watched, watchedProvider } from './fixture.ts';
import { addsPasskey } from './passkey-drives.ts';

const onShared =
  (act: (provider: Watched) => Promise<unknown>): Drive =>
  async (shared) => {
    await act(shared);
    return shared;
  };

const atFactorsOf = (act: (at: AtFactors, provider: Watched) => Promise<unknown>): Drive =>
  onShared(async (provider) => act(await atFactors(provider, newBrowser()), provider));

async function guessRecoveryCodes(provider: Watched, guesses: number): Promise<void> {
  const { user, page } = await atWeakProof(provider, ['app'], newBrowser());
  const asked = await user.submit(page, 'remove-factor-0');
  const fields = { recovery_code: 'AAAAA-AAAAA' };
  for (let guess = 0; guess < guesses; guess += 1) await user.submit(asked, 'recovery-code-submit', fields);
}

const forgetDevices = (button: string): Drive =>
  atFactorsOf(async ({ user, account }, provider) => {
    await rememberDevice(provider, account.id);
    await user.submit(await user.open(`${provider.latchkey.issuer}/account`), button);
  });

async function recoverAndRemove(provider: Watched, has: 'app' | 'passkey'): Promise<void> {
  const { user, page, recoveryCodes } = await atWeakProof(provider, [has], newBrowser());
  const asked = await user.submit(page, 'remove-factor-0');
  const back = await user.submit(asked, 'recovery-code-submit', { recovery_code: recoveryCodes[0] ?? '' });
  await user.submit(back, 'remove-factor-0');
}

export const factorDrives: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'account.factor_added': { authenticator_app: atFactorsOf(async () => undefined), passkey: addsPasskey },
  'account.factor_removed': {
    authenticator_app: onShared((provider) => recoverAndRemove(provider, 'app')),
    passkey: onShared((provider) => recoverAndRemove(provider, 'passkey')),
  },
  'account.recovery_codes_made': {
    first_factor: atFactorsOf(async () => undefined),
    user: atFactorsOf(({ user, page }) => user.submit(page, 'recovery-codes-renew')),
  },
  'account.proof_given': { recovery_code: onShared((provider) => recoverAndRemove(provider, 'app')) },
  'account.proof_failed': {
    wrong_recovery_code: onShared((provider) => guessRecoveryCodes(provider, 1)),
    async too_many_attempts(_shared, t) {
      const provider = await watchedProvider(t);
      await guessRecoveryCodes(provider, 105);
      return provider;
    },
  },
  'account.devices_forgotten': { one: forgetDevices('forget-device-0'), all: forgetDevices('forget-all-devices') },
};
