/** How strong a sign-in was, as `acr` (OIDC Core 2): the weakest first. A higher level meets a lower one. */
export const levels = ['urn:latchkey:acr:password', 'urn:latchkey:acr:mfa', 'phr'] as const;

export type Level = (typeof levels)[number];

export const [passwordLevel, mfaLevel, passkeyLevel] = levels;

export function isLevel(text: unknown): text is Level {
  return (levels as readonly unknown[]).includes(text);
}

/** False for what is no level of ours. */
export function isAtLeast(acr: unknown, level: Level): boolean {
  return isLevel(acr) && levels.indexOf(acr) >= levels.indexOf(level);
}
