/** The complete configuration of one installation: what compose hands down, and all that other rings may import from here. */
/** Told by the issuer: http on a loopback host is development, anything else is production. */
export type Mode = 'development' | 'production';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface ListenerTls {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An address alone has its family's whole length as prefix. */
export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

export interface Config {
  readonly mode: Mode;
  /** Issuer identifier, without a trailing slash (RFC 8414 2). */
  readonly issuer: string;
  readonly port: number;
  readonly host: string;
  /** `mongodb://`, `mongodb+srv://`, `sqlite:path` or `sqlite::memory:`. May hold a password: never log it. */
  readonly storageUrl: string;
  /** Opens a database that a newer version has written, while an upgrade is taken back. */
  readonly acceptNewerStorage: boolean;
  /** Where development keeps the keys it made and the mails it wrote. */
  readonly dataFolder: string;
  /** 32 bytes each; the first encrypts, all open. Empty in development: keys are then made and kept in the data folder. */
  readonly secretKeys: readonly Uint8Array[];
  /** Where forwarding headers are believed from. */
  readonly trustedProxies: readonly AddressRange[];
  /** Absent: plain http, TLS ends in front of us. */
  readonly tls?: ListenerTls;
  /** Worker processes. */
  readonly workers: number;
  readonly bcryptCost: number;
  /** 0 turns the window off. */
  readonly refreshReuseSeconds: number;
  /** Origins that outgoing requests may reach although their addresses are internal. */
  readonly outboundAllowPrivate: readonly string[];
  readonly logLevel: LogLevel;
  /** Absent: no operations listener. */
  readonly opsPort?: number;
  readonly opsHost: string;
  readonly brandName: string;
  readonly shutdownGraceSeconds: number;
  /** How many threads Node's pool has: password hashing must leave some of them free. */
  readonly threadPoolSize: number;
}

export interface ConfigurationProblem {
  readonly variable: string;
  /** What is wrong and what to do. Never the value: it may be a secret. */
  readonly problem: string;
}

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const lines = problems.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super([`${count} in the settings:`, ...lines].join('\n'));
    this.problems = problems;
  }
}
