/** Settings that work and that somebody should think about again. */
import { type Config, isLoopbackHost } from './config.ts';

export interface ConfigurationWarning {
  readonly variable: string;
  /** Completes the sentence that the variable's name begins. */
  readonly warning: string;
}

const HOSTS = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?(?<hosts>[^/?]+)/;

function isLocal(host: string): boolean {
  // A socket of this machine, percent-encoded.
  if (/%2f/i.test(host)) return true;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d+$/, '');
  return isLoopbackHost(name.toLowerCase());
}

/** TLS is on where the address asks for it, and with `mongodb+srv` unless it is switched off. */
function usesTls(address: string): boolean {
  const query = new URLSearchParams(address.split('?')[1] ?? '');
  const stated = [...query].filter(([name]) => ['tls', 'ssl'].includes(name.toLowerCase())).map(([, value]) => value);
  return stated.length === 0 ? address.startsWith('mongodb+srv:') : stated.every((value) => value === 'true');
}

function isMongodbInTheClear(address: string): boolean {
  const hosts = HOSTS.exec(address)?.groups?.hosts;
  return hosts !== undefined && !usesTls(address) && !hosts.split(',').every(isLocal);
}

export function warningsOf({ acceptNewIssuer, budgetFactor, storageUrl }: Config): readonly ConfigurationWarning[] {
  const warnings: ConfigurationWarning[] = [];
  if (budgetFactor > 1) {
    const warning = 'is above 1: passwords can be guessed, and the database filled, so many times faster';
    warnings.push({ variable: 'BUDGET_FACTOR', warning });
  }
  if (acceptNewIssuer) {
    const warning = 'lets this database become that of another issuer: unset it once the new one has started';
    warnings.push({ variable: 'ACCEPT_NEW_ISSUER', warning });
  }
  if (isMongodbInTheClear(storageUrl)) {
    const warning = 'reaches MongoDB over the network without TLS: add tls=true to the address';
    warnings.push({ variable: 'STORAGE_URL', warning });
  }
  return warnings;
}
