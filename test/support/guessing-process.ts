/** A process of its own that guesses on one account, by its parent's orders, as a provider on that database would let it. */
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { KnownDevices } from '../../src/domain/throttle/known-devices.ts';
import { SignInBudgets } from '../../src/domain/throttle/sign-in-budgets.ts';
import { textCipher } from '../../src/storage/encryption/key-ring.ts';
import { triesOn } from './sign-in-budgets.ts';

export interface Guesses {
  readonly accountId: string;
  /** One attempt from each, all at once. */
  readonly addresses: readonly string[];
}

const [storageUrl = '', folder = ''] = process.argv.slice(2);
const installation = await openInstallation(readConfig({ STORAGE_URL: storageUrl, DATA_FOLDER: folder }));
const { budgets, knownNetworks: networks, clock, ring } = installation;
const devices = new KnownDevices({ cipher: textCipher(ring, 'known device'), clock });
const throttle = new SignInBudgets({ budgets, devices, networks, clock });

process.on('message', async ({ accountId, addresses }: Guesses) => {
  const { tryGuess } = triesOn(throttle, accountId);
  process.send?.(await Promise.all(addresses.map((address) => tryGuess({ address }))));
});
process.on('disconnect', () => void installation.close());
process.send?.('ready');
