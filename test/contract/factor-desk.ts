/** Where somebody changes their second factors, over stores alone. */
import type { ExecutionContext } from 'ava';
import { DomainError } from '../../src/domain/domain-error.ts';
import { addAuthenticatorApp, type NamedFactor, removeFactor } from '../../src/domain/factors/own-factors.ts';
import type { Strength } from '../../src/domain/factors/strength.ts';
import { newTotpSecret } from '../../src/domain/factors/totp.ts';
import type { Passkey } from '../../src/storage/factors/factors.ts';
import { user } from '../support/accounts.ts';
import { codeOfSecret } from '../support/factors.ts';
import { openStoresInMemory, type Stores } from '../support/stores.ts';

export const passkey: Passkey = {
  ...{ id: 'key', name: 'Laptop', publicKey: 'cose', counter: 0, transports: [] },
  ...{ deviceType: 'multiDevice', addedAt: 0 },
};

/** Of Ada, who proved who she is a moment ago. */
export async function deskOver(stores: Stores) {
  const { accounts, factors, rememberedDevices, clock, keyedHash, links } = stores;
  const ada = user({ id: 'ada', email: 'ada@example.test' });
  await accounts.create(ada);
  const [events, told]: [string[], string[]] = [[], []];
  const state = { mustHaveFactor: false, factorsAt: 0, afterWrite: async (): Promise<unknown> => undefined };
  const deps = {
    ...{ rememberedDevices, keyedHash, clock, links, issuer: 'https://id.example.test' },
    factors: {
      removeAllOf: (id: string) => factors.removeAllOf(id),
      change: ((id, change) =>
        factors.change(id, (current) => {
          state.factorsAt = current.changedAt;
          return change(current);
        })) satisfies Stores['factors']['change'],
    },
    outbox: {
      enqueue: async (to: string, order?: { readonly text: string; readonly language: string }) =>
        void told.push(`${to} ${order?.text} ${order?.language}`),
    },
    accounts: {
      async get(id: string) {
        await state.afterWrite();
        return accounts.get(id);
      },
    },
    mustHaveFactor: () => state.mustHaveFactor,
    note: (event: string, reason: string, { detail }: { readonly detail?: string | undefined } = {}) =>
      void events.push([event, reason, detail].filter((part) => part !== undefined).join(' ')),
  };
  /** Whose proof is one of the factors as they are, whoever has changed them. */
  const owner = (strength: Strength) => ({
    account: ada,
    proof: {
      ...{ authTime: Math.floor(clock.now() / 1000), strength },
      get factorsAt() {
        return state.factorsAt;
      },
    },
    language: 'de',
  });
  /** What became of it: the code of the error, or that it was done. */
  async function outcomeOf(act: Promise<unknown>): Promise<string> {
    try {
      await act;
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }
  const add = (strength: Strength, secret = newTotpSecret(), typed = codeOfSecret(secret, clock.now())) =>
    addAuthenticatorApp(owner(strength), { secret, name: 'Phone', typed }, deps);
  const remove = (strength: Strength, factor: NamedFactor) => outcomeOf(removeFactor(owner(strength), factor, deps));
  const apps = async (): Promise<readonly NamedFactor[]> =>
    (await factors.get('ada')).apps.map(({ id }) => ({ kind: 'authenticator_app', id }));
  return { ...stores, ada, deps, state, events, told, owner, outcomeOf, add, remove, apps };
}

export const openDeskInMemory = async (t: ExecutionContext) => deskOver(await openStoresInMemory(t));

export type Desk = Awaited<ReturnType<typeof openDeskInMemory>>;

export function appToAdd({ clock }: Pick<Desk, 'clock'>) {
  const secret = newTotpSecret();
  return { secret, name: 'Phone', typed: codeOfSecret(secret, clock.now()) };
}
