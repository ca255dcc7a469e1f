/** The links that are mailed: where each leads, and for how long it is good. */
import type { Clock } from '../../ports/clock.ts';
import type { LinkPurpose, LinkStore, NewLink } from '../../storage/mail/links.ts';

const HOUR = 60 * 60;

interface LinkRule {
  /** Below the issuer; the token follows. */
  readonly path: string;
  readonly lifeSeconds: number;
}

export const linkRules = {
  confirm_registration: { path: '/confirm', lifeSeconds: 24 * HOUR },
  accept_invitation: { path: '/invitation', lifeSeconds: 7 * 24 * HOUR },
  reset_password: { path: '/reset', lifeSeconds: HOUR },
  change_email: { path: '/new-address', lifeSeconds: 24 * HOUR },
} as const satisfies Readonly<Record<LinkPurpose, LinkRule>>;

export interface LinkDeps {
  readonly links: LinkStore;
  readonly clock: Clock;
  readonly issuer: string;
}

export interface IssuedLink {
  /** For a mail alone: whoever has it can use it. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface LinkToIssue extends Omit<NewLink, 'expiresAt'> {
  /** The app that the address names, so that a link which comes too late still leads back to it. */
  readonly clientId?: string | undefined;
  /** Milliseconds since the epoch: good until then at most. */
  readonly notAfter?: number;
}

/** It begins with the issuer, whatever address the request came to. */
export async function issueLink(
  { clientId, notAfter = Infinity, ...link }: LinkToIssue,
  { links, clock, issuer }: LinkDeps,
): Promise<IssuedLink> {
  const { path, lifeSeconds } = linkRules[link.purpose];
  const expiresAt = Math.min(clock.now() + lifeSeconds * 1000, notAfter);
  const token = await links.create({ ...link, expiresAt });
  const query = clientId === undefined ? '' : `?${new URLSearchParams({ client_id: clientId })}`;
  return { address: `${issuer}${path}/${token}${query}`, expiresAt };
}
