/** The part of a page that asks for a passkey: the view `layout/passkey-assertion`, which `passkeys.js` brings to life. */
import { CHALLENGE_SECONDS } from '../../domain/passkeys/challenges.ts';
import type { Passkeys } from '../../domain/passkeys/passkeys.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';

export interface AskedPasskey {
  /** Where the answer is posted. */
  readonly action: string;
  /** For the browser (WebAuthn 5.5). */
  readonly options: ReturnType<Passkeys['signInOptions']>;
}

/** What the other form of the page holds goes along, by the ids of its fields. */
const carriedInWhole = { login: 'login', remember: 'remember' };
const carriedInSecond = { remember_device: 'remember-device' };

/**
 * `isWhole`: it is the whole sign-in. Then the browser may offer passkeys in the field for the e-mail address too, but not after one
 * that did not work: what answers by itself would be asked again and again.
 */
export function askedPasskey(
  language: Language,
  asked: AskedPasskey | undefined,
  { isWhole, problem = '' }: { readonly isWhole: boolean; readonly problem?: string | undefined },
) {
  if (asked === undefined) return undefined;
  const { signIn, use, cancelled, failed } = dictionaryOf(language).passkeys;
  return {
    action: asked.action,
    options: JSON.stringify(asked.options),
    seconds: CHALLENGE_SECONDS,
    carried: isWhole ? carriedInWhole : carriedInSecond,
    isOffered: isWhole && !problem.startsWith('passkey_'),
    label: isWhole ? signIn : use,
    cancelled,
    failed,
  };
}
