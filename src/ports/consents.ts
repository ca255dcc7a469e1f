/** Where remembered consent is kept: what an account allowed a client, beyond the life of one session. */
export interface Consent {
  readonly accountId: string;
  readonly clientId: string;
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Resource indicator to scopes. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

export interface ConsentStore {
  get(accountId: string, clientId: string): Promise<Consent | undefined>;
  /** Adds to what was allowed before. */
  add(consent: Consent): Promise<void>;
  remove(accountId: string, clientId: string): Promise<boolean>;
  removeForClient(clientId: string): Promise<number>;
  removeForAccount(accountId: string): Promise<number>;
}
