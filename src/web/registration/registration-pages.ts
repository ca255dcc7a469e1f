/** The pages of registration, made of what they share. */
import { admissionOf, type Config } from '../../config/config.ts';
import { type RegistrationDeps, Registrations } from '../../domain/registration/registrations.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { Registration } from '../../storage/mail/registrations.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { StepHandlers, Steps } from '../interactions/step.ts';
import type { MailState } from '../pages/mail-sent.ts';
import { clientName, inLanguage } from '../pages/names-and-links.ts';
import { type Confirm, createConfirm } from './confirm.ts';
import { type OutcomeDeps, Outcomes } from './outcome.ts';
import { createRegister } from './register.ts';
import { createWaiting, type Waiting, waitingAddress } from './waiting.ts';

export interface RegistrationPages {
  readonly register: StepHandlers & { readonly showAgain: StepHandlers['show'] };
  readonly waiting: Waiting;
  readonly confirm: Confirm;
}

export interface RegistrationPagesDeps extends Omit<OutcomeDeps, 'clients' | 'issuer' | 'isRememberedByDefault'> {
  readonly keyedHash: KeyedHash;
  readonly forms: PageForms;
  readonly mailState: MailState;
  readonly config: Pick<
    Config,
    'issuer' | 'brandName' | 'accountRegistration' | 'registrationDomains' | 'isRememberedByDefault' | 'terms' | 'mail'
  >;
  /** What is stored, and who hashes and mails. */
  readonly stores: Pick<RegistrationDeps, 'accounts' | 'clients' | 'links' | 'registrations' | 'hasher' | 'outbox'>;
  readonly throttle: RegistrationDeps['throttle'];
  readonly steps: Steps;
  readonly findableClients: OutcomeDeps['clients'];
}

export function createRegistrationPages(deps: RegistrationPagesDeps): RegistrationPages {
  const { config, stores, throttle, findableClients, pages, clock, keyedHash, steps } = deps;
  const { accounts, clients, links, registrations: begun, hasher, outbox } = stores;
  const { issuer, isRememberedByDefault, terms } = config;
  const appNameOf = async ({ clientId, language }: Pick<Registration, 'clientId' | 'language'>): Promise<string> => {
    const client = await findableClients.get(clientId);
    return client === undefined ? '' : clientName(inLanguage(client, language));
  };
  const registrations = new Registrations({
    accounts,
    clients,
    links,
    registrations: begun,
    hasher,
    outbox,
    throttle,
    keyedHash,
    clock,
    issuer,
    config,
    admission: admissionOf(config),
    domains: config.registrationDomains,
  });
  const { provider, deviceCookie, completion, forms, mailState } = deps;
  const outcomes = new Outcomes({
    ...{ issuer, provider, clients: findableClients, deviceCookie, completion, isRememberedByDefault, clock, pages },
  });
  return {
    register: createRegister({ registrations, accounts, keyedHash, clock, terms, pages, waitingAddress }),
    waiting: createWaiting({ registrations, steps, forms, outcomes, mailState, pages }),
    confirm: createConfirm({ registrations, forms, outcomes, clock, terms, pages, appNameOf }),
  };
}
