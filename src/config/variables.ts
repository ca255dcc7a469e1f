/** Every environment variable. `.env.example` shows the same names, defaults and help. */
import { z } from 'zod';
import type { Config } from './config.ts';
import * as address from './storage-address.ts';
import * as form from './value-forms.ts';

export interface Variable {
  /** The member of `Config` that holds its value; `derived`: read-config.ts makes a member from it and others. */
  readonly member: keyof Config | 'derived';
  readonly form: z.ZodType<unknown, string>;
  /** Taken when the variable is unset or empty. */
  readonly default?: string;
  /** Also read from the file that `<NAME>_FILE` names. */
  readonly isSecret?: true;
  readonly help: string;
}

const text = z.string();

export const variables = {
  NODE_ENV: {
    member: 'derived',
    form: form.nodeEnvironment,
    help: "'production' demands https, SECRET_KEYS and a durable store, whatever the issuer is.",
  },
  ISSUER: {
    member: 'issuer',
    form: form.issuer,
    default: 'http://localhost:3000',
    help: 'Issuer identifier, as clients see it; http on a loopback host means development, anything else production.',
  },
  PORT: {
    member: 'port',
    form: form.wholeNumber(0, 65535),
    default: '3000',
    help: 'Port to listen on; 0 takes a free one.',
  },
  HOST: {
    member: 'derived',
    form: form.listenerHost,
    help: "Address to listen on: by default the issuer's loopback address (127.0.0.1 for localhost), in production 0.0.0.0.",
  },
  STORAGE_URL: {
    member: 'derived',
    form: address.storageUrl,
    isSecret: true,
    help: 'Database: sqlite:./path/file.db, sqlite::memory:, mongodb://host/database or mongodb+srv://host/database.',
  },
  MONGODB_URI: {
    member: 'derived',
    form: address.mongodbUrl,
    isSecret: true,
    help: 'Another name for STORAGE_URL, which hosting services set.',
  },
  ACCEPT_NEWER_STORAGE: {
    member: 'acceptNewerStorage',
    form: form.onOff,
    default: '0',
    help: '1 opens a database that a newer version has written.',
  },
  ACCEPT_NEW_ISSUER: {
    member: 'acceptNewIssuer',
    form: form.onOff,
    default: '0',
    help: '1 lets production start with another issuer than the one that its database remembers, once: unset it afterwards.',
  },
  DATA_FOLDER: {
    member: 'dataFolder',
    form: text,
    default: './data',
    help: 'Folder where development keeps the keys that it made.',
  },
  SECRET_KEYS: {
    member: 'derived',
    form: form.secretKeys,
    isSecret: true,
    help: 'Comma-separated 32-byte keys in base64url: the first encrypts, all decrypt; development makes its own.',
  },
  TRUSTED_PROXIES: {
    member: 'trustedProxies',
    form: form.trustedProxies,
    default: '',
    help: "Comma-separated addresses or ranges of proxies to trust, or 'none'; production without TLS needs one of the two.",
  },
  ALLOWED_IPS: {
    member: 'allowedAddresses',
    form: form.addressRanges,
    default: '',
    help: 'Comma-separated addresses or ranges; introspection, the registration of apps, /developer and OPS_PORT are closed to all others. Everybody unless set.',
  },
  TLS_CERT_FILE: {
    member: 'derived',
    form: text,
    help: 'Certificate chain (PEM) to serve https directly; needs TLS_KEY_FILE.',
  },
  TLS_KEY_FILE: {
    member: 'derived',
    form: text,
    help: 'Private key (PEM) of that certificate.',
  },
  TLS_CIPHERS: {
    member: 'derived',
    form: form.tlsCiphers,
    default: form.recommendedCiphers,
    help: "Cipher suites of that listener: OpenSSL's names of suites with ECDHE, separated by ':'; those of TLS 1.3 unless it names some of them itself.",
  },
  WEB_CONCURRENCY: {
    member: 'workers',
    form: form.wholeNumber(1, 64),
    default: '1',
    help: 'Worker processes, 1 to 64.',
  },
  BCRYPT_COST: {
    member: 'bcryptCost',
    form: form.wholeNumber(4, 15),
    default: '12',
    help: 'Cost of password hashes; production needs 10.',
  },
  BUDGET_FACTOR: {
    member: 'budgetFactor',
    form: form.factor,
    default: '1',
    help: 'Multiplies every budget against guessing and flooding (docs/security.md); above 1 for load tests alone.',
  },
  REFRESH_GRACE_SECONDS: {
    member: 'derived',
    form: form.wholeNumber(0, 60),
    help: 'For how long a replaced refresh token gets the same response again, 0 to 60 seconds; empty: 3 for public clients without DPoP, 10 for others.',
  },
  OUTBOUND_ALLOW_PRIVATE: {
    member: 'outboundAllowPrivate',
    form: form.origins,
    default: '',
    help: 'Comma-separated origins that outgoing requests may reach although their addresses are internal.',
  },
  LOG_LEVEL: {
    member: 'logLevel',
    form: form.logLevel,
    default: 'info',
    help: 'One of fatal, error, warn, info, debug, trace, silent; info has security events, debug a line more a request.',
  },
  OPS_PORT: {
    member: 'derived',
    form: form.wholeNumber(0, 65535),
    help: 'Port of the health checks alone; no such listener unless set.',
  },
  OPS_HOST: {
    member: 'opsHost',
    form: form.listenerHost,
    default: '127.0.0.1',
    help: 'Address that OPS_PORT is on.',
  },
  BRAND_NAME: {
    member: 'brandName',
    form: form.brandName,
    default: 'Latchkey',
    help: 'Name that people read on the pages.',
  },
  BRAND_LOGO: {
    member: 'derived',
    form: text,
    help: 'File with the logo that stands in place of the name: PNG or SVG, at most 20 kB, shown on a light ground.',
  },
  BRAND_COLOUR: {
    member: 'derived',
    form: form.brandColour,
    help: 'Colour of links and buttons, #rrggbb, and after a comma another one for the dark mode; without it, the same one lightened.',
  },
  SUPPORT_URL: {
    member: 'derived',
    form: form.footerLink,
    help: 'Page of yours for people who need help, linked at the foot of every page.',
  },
  PRIVACY_URL: {
    member: 'derived',
    form: form.footerLink,
    help: 'Your privacy policy, linked at the foot of every page.',
  },
  IMPRINT_URL: {
    member: 'derived',
    form: form.footerLink,
    help: 'Page that says who runs this service (imprint, legal notice), linked at the foot of every page.',
  },
  VIEWS_FOLDER: {
    member: 'derived',
    form: text,
    help: 'Folder whose files take the place of those of the same name in views/: pages and the texts of mails.',
  },
  ACCOUNT_REGISTRATION: {
    member: 'accountRegistration',
    form: form.accountRegistration,
    default: 'open',
    help: "Who may make an account for themselves: 'open', 'approval' (an administrator lets them in), 'invited' or 'off'.",
  },
  REGISTRATION_DOMAINS: {
    member: 'registrationDomains',
    form: form.domains,
    default: '',
    help: 'Comma-separated domains of the e-mail addresses that may register; every domain unless set. Nobody changes their address to another by themselves. Invitations go beyond it.',
  },
  REGISTRATION: {
    member: 'clientRegistration',
    form: form.clientRegistration,
    default: 'token',
    help: "How apps register themselves (RFC 7591): 'token' (each with an initial access token that an administrator made), 'open' (anybody, within budgets; an app that nobody signs in to is gone after 7 days) or 'off'.",
  },
  METADATA_DOCUMENTS: {
    member: 'readsMetadataDocuments',
    form: form.onOrOff,
    default: 'on',
    help: "Whether an app may be known by the address of a document with its metadata, without registration: 'on' or 'off'.",
  },
  REMEMBER_DEFAULT: {
    member: 'isRememberedByDefault',
    form: form.onOrOff,
    default: 'on',
    help: "Whether the box \"Stay signed in\" is ticked at first: 'on' or 'off'. Unticked, a session ends with the browser, and after an hour.",
  },
  TERMS_URL: {
    member: 'derived',
    form: form.webAddress,
    help: 'Page with the terms that people accept when they register or sign in; needs TERMS_VERSION.',
  },
  TERMS_VERSION: {
    member: 'derived',
    form: form.termsVersion,
    help: 'Version of these terms, such as 2026-11: when it changes, people accept them again at their next sign-in.',
  },
  REQUIRE_SECOND_FACTOR: {
    member: 'requireSecondFactor',
    form: form.secondFactorSetting,
    default: 'none',
    help: "Whose password alone is not enough: 'none', 'everybody', or comma-separated roles and groups as in role:admin,group:staff.",
  },
  SMTP_URL: {
    member: 'derived',
    form: form.smtpUrl,
    isSecret: true,
    help: 'Mail server: smtps://user:password@host or smtp://host:port. Without it, development writes mails to the data folder; production sends none.',
  },
  MAIL_FROM: {
    member: 'derived',
    form: form.mailFrom,
    help: 'Sender of all mails, as in Latchkey <id@example.com>; needed beside SMTP_URL.',
  },
  CODES_BY_MAIL: {
    member: 'codesByMail',
    form: form.codesBy,
    default: 'fallback',
    help: "Codes by mail as a second factor: 'off', 'fallback' (for accounts without an authenticator app and a passkey; they do not count as urn:latchkey:acr:mfa) or 'mfa' (for all, and they count); needs mail.",
  },
  CODES_BY_PHONE: {
    member: 'codesByPhone',
    form: form.codesBy,
    default: 'fallback',
    help: "The same of codes that OTP_WEBHOOK_URL sends to the account's verified phone_number: 'off', 'fallback' or 'mfa'.",
  },
  SIGN_IN_BY_MAIL: {
    member: 'signInByMail',
    form: form.onOrOff,
    default: 'off',
    help: "Whether a mailed code signs in instead of the password: 'on' or 'off'. An account's own second factor is still asked for; needs mail.",
  },
  OTP_WEBHOOK_URL: {
    member: 'derived',
    form: form.webhookUrl,
    help: 'Address that codes for phones are posted to (docs/production.md): https, or http on this machine in development.',
  },
  OTP_WEBHOOK_SECRET: {
    member: 'derived',
    form: form.webhookSecret,
    isSecret: true,
    help: "Signs these requests: 'whsec_' and 32 to 64 bytes in base64; needed beside OTP_WEBHOOK_URL.",
  },
  SHUTDOWN_GRACE_SECONDS: {
    member: 'shutdownGraceSeconds',
    form: form.wholeNumber(1, 600),
    default: '25',
    help: 'For how long a stopping process may finish the requests it accepted, 1 to 600 seconds.',
  },
  KEEP_ALIVE_SECONDS: {
    member: 'keepAliveSeconds',
    form: form.wholeNumber(1, 3600),
    default: '75',
    help: 'For how long an idle connection is kept open, 1 to 3600 seconds: longer than the proxy in front keeps its own.',
  },
  UV_THREADPOOL_SIZE: {
    member: 'threadPoolSize',
    form: form.wholeNumber(3, 1024),
    default: '4',
    help: "Threads of Node's pool, 3 to 1024: two stay free of password hashing. Node itself reads it at start.",
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof variables;

type Absent<Name extends VariableName> = (typeof variables)[Name] extends { default: string } ? never : undefined;

export type Values = { readonly [Name in VariableName]: z.output<(typeof variables)[Name]['form']> | Absent<Name> };

/** What the rows give to `Config`. Two rows must not name one member (a test compares them). */
export type DirectMembers = {
  readonly [Name in VariableName as Exclude<(typeof variables)[Name]['member'], 'derived'>]: Values[Name];
};
