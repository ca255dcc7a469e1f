/** What a refresh was answered with, kept so that a retry of the same request gets the same answer. */
export interface RefreshAnswer {
  /** What was asked for: a retry that asks for something else is none. */
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  /** Thumbprint of the DPoP key, where a proof was sent (RFC 9449 6.1). */
  readonly dpopThumbprint: string | undefined;
  /** Milliseconds since the epoch. */
  readonly answeredAt: number;
  /** The token response, word for word (RFC 6749 5.1); absent where the client wants no retries: then it is only known that there was one. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

export interface RefreshAnswers {
  /** Keeps the answer; false when there is one already. It cannot be opened without the refresh token, and goes with the grant. */
  store(refreshToken: string, grantId: string, answer: RefreshAnswer, expiresAt: number): Promise<boolean>;
  find(refreshToken: string): Promise<RefreshAnswer | undefined>;
  /** Lets one caller a turn answer in place of one that died; false when this turn is taken. */
  takeTurn(refreshToken: string, grantId: string, turn: number, expiresAt: number): Promise<boolean>;
}
