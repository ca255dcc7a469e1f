/** What a page about an error code says, and where the standards say it. */

export interface Cause {
  readonly why: string;
  readonly fix: string;
}

export interface Section {
  readonly name: string;
  readonly href: string;
}

export interface Explanation {
  /** What happened, and who is told. */
  readonly summary: string;
  /**
   * By the `error_description` that comes with it, exactly as it is sent; a part in braces stands for a value. Empty where none
   * is sent. Each cause has a name of its own, by which a link leads to it.
   */
  readonly causes: Readonly<Record<string, Readonly<Record<string, Cause>>>>;
  readonly sections: readonly Section[];
}

export type Explanations = Readonly<Record<string, Explanation>>;

export function rfc(number: number, section?: string): Section {
  const href = `https://www.rfc-editor.org/rfc/rfc${number}.html`;
  if (section === undefined) return { name: `RFC ${number}`, href };
  return { name: `RFC ${number}, section ${section}`, href: `${href}#section-${section}` };
}

const specifications = {
  'OpenID Connect Core': 'openid-connect-core-1_0.html',
  'OpenID Connect RP-Initiated Logout': 'openid-connect-rpinitiated-1_0.html',
  'OpenID Connect Core: Unmet Authentication Requirements': 'openid-connect-unmet-authentication-requirements-1_0.html',
  'OpenID Connect Dynamic Client Registration': 'openid-connect-registration-1_0.html',
  'OpenID Connect CIBA': 'openid-client-initiated-backchannel-authentication-core-1_0.html',
  'OpenID for Verifiable Credential Issuance': 'openid-4-verifiable-credential-issuance-1_0.html',
} as const;

/** The anchors of these documents are words: `AuthError` is section 3.1.2.6. */
export function openid(
  specification: keyof typeof specifications,
  { section, anchor }: { readonly section?: string; readonly anchor?: string } = {},
): Section {
  return {
    name: section === undefined ? specification : `${specification}, section ${section}`,
    href: `https://openid.net/specs/${specifications[specification]}${anchor === undefined ? '' : `#${anchor}`}`,
  };
}
