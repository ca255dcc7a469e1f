/** Which grant belongs to a session and client: claimed once, so that parallel tabs share one grant. */
export interface GrantClaims {
  /** The grant that holds the claim afterwards: this one, or the one that was first. */
  claim(sessionUid: string, clientId: string, grantId: string, expiresAt: number): Promise<string>;
  find(sessionUid: string, clientId: string): Promise<string | undefined>;
  /** Takes the claim over from a grant that no longer exists; false when somebody else did. */
  takeOver(sessionUid: string, clientId: string, from: string, to: string, expiresAt: number): Promise<boolean>;
}
