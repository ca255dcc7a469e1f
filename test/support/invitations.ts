/** Invites as the admin command does, and reads the link out of the mail. */
import { invite, type WantedInvitation } from '../../src/domain/registration/invitations.ts';
import type { TestInstallation } from './installation.ts';
import { mailsTo } from './mails.ts';

export interface Invited {
  readonly id: string;
  readonly link: string;
}

export async function inviteTo(
  latchkey: TestInstallation,
  email: string,
  invitedTo: Omit<WantedInvitation, 'email'> = {},
): Promise<Invited> {
  const { installation, issuer } = latchkey;
  const { invitation } = await invite({ email, ...invitedTo }, { ...installation, issuer, areInvitationsOn: true });
  const { link } = (await mailsTo(latchkey, invitation.email)).at(-1) ?? {};
  if (link === undefined) throw new Error(`nothing was mailed to ${email}`);
  return { id: invitation.id, link };
}
