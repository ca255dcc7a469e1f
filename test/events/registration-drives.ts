/** How each event of registering comes about. */
import { DomainError } from '../../src/domain/domain-error.ts';
import { begins, confirms, NEW_PASSWORD } from '../registration/registering.ts';
import { type Drive, newBrowser, watchedProvider } from './fixture.ts';

const registering: Drive = async (shared) => {
  const user = newBrowser();
  const { email } = await begins(shared, { user });
  await confirms(shared, email, user);
  return shared;
};

const typingCodes: Drive = async (shared) => {
  const { user, waiting } = await begins(shared, { user: newBrowser() });
  for (let guess = 0; guess < 6; guess += 1) await user.submit(waiting, 'code-submit', { code: 'ABCD-EFGH' });
  return shared;
};

export const signsInByRegistering = registering;

export const registrationDrives: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'account.created': { registration: registering },
  'registration.begun': {
    new_address: registering,
    async known_address(shared) {
      await begins(shared, { user: newBrowser(), email: (await shared.newAccount()).email });
      return shared;
    },
  },
  'registration.failed': {
    wrong_code: typingCodes,
    too_many_codes: typingCodes,
    async address_taken(shared) {
      const user = newBrowser();
      const { email } = await begins(shared, { user });
      await shared.newAccount({ email });
      await confirms(shared, email, user);
      return shared;
    },
  },
  'registration.throttled': {
    async too_many_attempts(_shared, t) {
      const provider = await watchedProvider(t, { environment: { BUDGET_FACTOR: '0.01' } });
      const user = newBrowser();
      const { register, email } = await begins(provider, { user });
      for (let time = 0; time < 9; time += 1)
        await user.submit(register, 'register-submit', { email, password: NEW_PASSWORD });
      return provider;
    },
    async busy(_shared, t) {
      const provider = await watchedProvider(t);
      // As the queue answers when it is full; a test of its own fills it.
      Object.assign(provider.latchkey.installation.hasher, {
        async hash() {
          throw new DomainError('hashing_busy', { retryAfterSeconds: 2 });
        },
      });
      await begins(provider, { user: newBrowser() });
      return provider;
    },
  },
};
