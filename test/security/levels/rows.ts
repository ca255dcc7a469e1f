/** What may demand more than a password (the rows), and how somebody may have signed in (the columns). */
import { mfaLevel, passkeyLevel, passwordLevel } from '../../../src/domain/factors/levels.ts';

export interface Method {
  readonly acr: string;
  readonly amr: readonly string[];
  /** The browser has shown a second factor before, and was remembered. */
  readonly isRemembered?: true;
}

export const methods = {
  password: { acr: passwordLevel, amr: ['pwd'] },
  'password, mailed code': { acr: passwordLevel, amr: ['pwd', 'mca'] },
  'password, remembered device': { acr: passwordLevel, amr: ['pwd'], isRemembered: true },
  'password, authenticator app': { acr: mfaLevel, amr: ['pwd', 'otp', 'mfa'] },
  passkey: { acr: passkeyLevel, amr: ['swk', 'user', 'mfa'] },
} as const satisfies Readonly<Record<string, Method>>;

export type MethodName = keyof typeof methods;

export const paths = ['fresh', 'live', 'silent', 'refresh'] as const;

export type Path = (typeof paths)[number];

export interface Demand {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of the client and the API: known to the provider before the sign-in, and changed after it for the refresh. */
  readonly client?: object;
  readonly minimumAcr?: string;
  /** Which of the settings of `table.ts` is in force, and whom it covers. */
  readonly setting?: 'everybody' | 'listed';
  readonly account?: { readonly roles?: readonly string[]; readonly claims?: Readonly<Record<string, unknown>> };
}

const essential = (value: string) => ({
  parameters: { claims: JSON.stringify({ id_token: { acr: { essential: true, values: [value] } } }) },
});

export const demands = {
  none: {},
  '`acr_values`, a level of others': { parameters: { acr_values: 'urn:example:gold' } },
  '`acr_values`, password or mfa': { parameters: { acr_values: `${mfaLevel} ${passwordLevel}` } },
  '`acr_values`, mfa': { parameters: { acr_values: mfaLevel } },
  '`acr_values`, phr': { parameters: { acr_values: passkeyLevel } },
  'essential `acr`, a level of others': essential('urn:example:gold'),
  'essential `acr`, mfa': essential(mfaLevel),
  'essential `acr`, phr': essential(passkeyLevel),
  'client, mfa': { client: { minimum_acr: mfaLevel } },
  'client, phr': { client: { minimum_acr: passkeyLevel } },
  'API, mfa': { minimumAcr: mfaLevel },
  'API, phr': { minimumAcr: passkeyLevel },
  'setting, everybody': { setting: 'everybody' },
  'setting, role': { setting: 'listed', account: { roles: ['admin'] } },
  'setting, group': { setting: 'listed', account: { claims: { groups: ['guarded'] } } },
} as const satisfies Readonly<Record<string, Demand>>;

export type DemandName = keyof typeof demands;
