/** Who gets an account, other than by `account create`: invitations, and those who registered and wait. */
import { type Command, Option } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { type TaggedLanguage, taggedLanguages } from '../../src/domain/clients/metadata/members.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { approveAccount, rejectAccount } from '../../src/domain/registration/approval.ts';
import { invite, listInvitations, withdrawInvitation } from '../../src/domain/registration/invitations.ts';
import { checkIssuer } from '../../src/remembered-issuer.ts';
import { accountOutcome, findAccount } from './account.ts';
import { EXPIRY_FORM, parseFutureExpiry } from './account-expiry.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runCreatingVerb,
  runVerb,
  type Work,
  withPaging,
} from './command.ts';
import { viewInvitation } from './presenters.ts';

interface InviteOptions extends CommonOptions {
  readonly email: string;
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly expires?: number;
  readonly language?: TaggedLanguage;
}

function collectGroups(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((group) => group.trim())];
}

/** For what mails or prints a link: it would lead to another installation, and nobody would find out. */
export function onOwnIssuer(work: Work): Work {
  return async (installation, note) => {
    await checkIssuer(installation.config, installation.keys);
    return work(installation, note);
  };
}

async function inviteOutcome(options: InviteOptions, installation: Installation, note: NoteEvent): Promise<Outcome> {
  const { email, name, groups, expires: expiresAt, language } = options;
  const wanted = {
    email,
    ...(name !== undefined && { name }),
    ...(groups !== undefined && { groups }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(language !== undefined && { language }),
  };
  const { accounts, links, mails, config, clock, outbox } = installation;
  const areInvitationsOn = config.accountRegistration !== 'off';
  const deps = {
    clock,
    issuer: config.issuer,
    ...(config.mail.way !== 'none' && { outbox }),
    accounts,
    links,
    mails,
    areInvitationsOn,
    note,
  };
  const { invitation, address: link } = await invite(wanted, deps);
  const view = { ...viewInvitation(invitation), ...(link !== undefined && { link }) };
  if (link === undefined) return { value: view, text: fields(view), notes: ['the link is on its way by mail'] };
  return {
    value: view,
    text: fields(view),
    notes: [
      'mail is off, and the link is shown this once: hand it over. Whoever has it gets the account, and its address counts as confirmed',
    ],
    adviceIfNotWritten: 'nobody has the link; "account invite" again makes another one',
  };
}

interface InvitationsOptions extends PagingOptions {
  readonly withdraw?: string;
}

const columns = ['id', 'email', 'name', 'groups', 'invitedAt', 'goodUntil', 'accountExpiresAt'] as const;

async function invitationsOutcome(
  options: InvitationsOptions,
  { links, mails }: Installation,
  note: NoteEvent,
): Promise<Outcome> {
  if (options.withdraw === undefined) {
    const { items, next } = await listInvitations(pageOf(options), { links });
    return pageOutcome(items.map(viewInvitation), next, columns);
  }
  const { id, email } = await withdrawInvitation(options.withdraw, { links, mails, note });
  return { value: { id, email, withdrawn: true }, text: `withdrew the invitation of ${email}` };
}

export function addAdmissionVerbs(noun: Command): void {
  noun
    .command('invite')
    .description(
      'mail somebody a link, good for 7 days, with which they make their account; another one ends the first',
    )
    .requiredOption('--email <address>', 'e-mail address; it counts as confirmed, whatever REGISTRATION_DOMAINS says')
    .option('--name <name>', 'full name, which they can change')
    .option(
      '--groups <names>',
      'groups that the account will be in, separated by commas; repeat for more',
      collectGroups,
    )
    .option('--expires <date>', `the account is as disabled from then on: ${EXPIRY_FORM}`, parseFutureExpiry)
    .addOption(
      new Option(
        '--language <language>',
        'of the mail, by default en, and then of the account: its later mails',
      ).choices(taggedLanguages),
    )
    .action((options: InviteOptions) =>
      runCreatingVerb(
        options,
        onOwnIssuer((installation, note) => inviteOutcome(options, installation, note)),
      ),
    );
  withPaging(noun.command('invitations').description('list the invitations that nobody has accepted yet, or end one'))
    .option('--withdraw <invitation>', 'end this one, named by its id or e-mail address: its link stops working')
    .action((options: InvitationsOptions) =>
      runVerb(options, (installation, note) => invitationsOutcome(options, installation, note)),
    );
  noun
    .command('approve')
    .description('let in an account that waits for it, and tell its owner by mail')
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(
        options,
        onOwnIssuer(async (installation, note) => {
          const { id } = await findAccount(text, installation.accounts);
          const { accounts, clock, outbox, config } = installation;
          const deps = { accounts, clock, outbox, issuer: config.issuer, note };
          return accountOutcome(await approveAccount(id, deps), untoldNotes(installation));
        }),
      ),
    );
  noun
    .command('reject')
    .description('delete an account that waits to be let in, at once and for good, and tell its owner by mail')
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(
        options,
        onOwnIssuer(async (installation, note) => {
          const { id } = await findAccount(text, installation.accounts);
          const ended = await rejectAccount(id, { ...installation, note });
          const value = { id, rejected: true, ...ended };
          return { value, text: `rejected and deleted ${id}`, notes: untoldNotes(installation) };
        }),
      ),
    );
}

/** Approving and rejecting tell the owner by mail. Where none is sent, the administrator is told to do it. */
function untoldNotes({ config }: Installation): readonly string[] {
  return config.mail.way === 'none' ? ['mail is off: nobody was told'] : [];
}
