import type { Command } from 'commander';
import type { Installation } from '../../src/compose.ts';
import {
  disableAccount,
  enableAccount,
  endSessions,
  setExpiry,
  setPassword,
} from '../../src/domain/accounts/change.ts';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { deleteAccount, type EndedWithAccount } from '../../src/domain/accounts/deletion.ts';
import { isAccountId } from '../../src/domain/accounts/identifiers.ts';
import { type AccountChanges, updateAccount } from '../../src/domain/accounts/update.ts';
import { hasExpired } from '../../src/domain/accounts/usable.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { isInForce } from '../../src/domain/factors/remembered-devices.ts';
import { organisationScopes, unreleasedClaims } from '../../src/domain/scopes/scopes.ts';
import type { Page } from '../../src/storage/driver.ts';
import type { PageOf } from '../../src/storage/encryption/encrypted-collection.ts';
import type { Account, AccountStore } from '../../src/storage/records/accounts.ts';
import { everyItem } from '../../src/storage/records/every-item.ts';
import { UsageError } from '../usage-error.ts';
import { readChangedClaims, readNewClaims } from './account-claims.ts';
import { EXPIRY_FORM, parseExpiry, parseFutureExpiry } from './account-expiry.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runCreatingVerb,
  runVerb,
  withPaging,
} from './command.ts';
import { readPasswordLine } from './input.ts';
import { viewAccount, viewFactors } from './presenters.ts';

const columns = ['id', 'email', 'username', 'name', 'roles', 'isDisabled', 'awaitsApproval', 'expiresAt'] as const;

export function accountOutcome(account: Account, notes: readonly string[] = []): Outcome {
  const view = viewAccount(account);
  return { value: view, text: fields(view), notes };
}

/**
 * What has the form of our own ids is one, and nothing else: of an account that is gone, it does not become another's username.
 * An id that came from another provider may look like anything.
 */
async function seekAccount(text: string, accounts: AccountStore): Promise<Account | undefined> {
  const byId = await accounts.get(text);
  if (isAccountId(text)) return byId;
  const named = await accounts.findByIdentifier(text);
  if (byId !== undefined && named !== undefined && byId.id !== named.id) throw new DomainError('account_ambiguous');
  return byId ?? named;
}

export async function findAccount(text: string, accounts: AccountStore): Promise<Account> {
  const account = await seekAccount(text, accounts);
  if (account === undefined) throw new DomainError('account_unknown');
  return account;
}

/** Reports stored claims that no app can get, at the moment at which they can be corrected. */
async function unreleasedClaimNotes({ claims }: Account, { scopes }: Installation): Promise<readonly string[]> {
  const names = unreleasedClaims(claims, await organisationScopes(scopes));
  if (names.length === 0) return [];
  const list = names.join(', ');
  const them = names.length === 1 ? 'it' : 'them';
  const verb = `scope create --name NAME --claims ${names.map((name) => `"${name}"`).join(',')} --description SENTENCE`;
  return [`note: no scope releases ${list}, so no app can get ${them}; to release ${them}: ${verb}`];
}

interface CreateOptions extends CommonOptions {
  readonly email: string;
  readonly username?: string;
  readonly name?: string;
  readonly claims?: string;
  readonly emailVerified?: boolean;
  readonly passwordStdin?: boolean;
  readonly expires?: number;
}

async function create(options: CreateOptions, installation: Installation, note: NoteEvent): Promise<Outcome> {
  const { email, username, name, emailVerified = false, passwordStdin = false, expires: expiresAt } = options;
  const wanted = {
    email,
    emailVerified,
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(options.claims !== undefined && (await readNewClaims(options.claims))),
    ...(passwordStdin && { password: await readPasswordLine() }),
  };
  const hints = passwordStdin ? [] : ['the account has no password: "account set-password" gives it one'];
  const account = await createAccount(wanted, installation);
  const isPersonal = [account.email, username].some((text) => text?.toLowerCase() === account.id.toLowerCase());
  if (isPersonal)
    hints.push('note: the id of an account is stored as it is, without encryption, and this one names the user');
  note('account.created', 'administrator', { accountId: account.id });
  return accountOutcome(account, [...hints, ...(await unreleasedClaimNotes(account, installation))]);
}

interface DisableOptions extends CommonOptions {
  readonly reason?: string;
}

interface UpdateOptions extends CommonOptions {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly claims?: string;
  /** False for `--no-username` and `--no-name`. */
  readonly username?: string | false;
  readonly name?: string | false;
  /** False for `--no-expires`. */
  readonly expires?: number | false;
}

async function changesFrom({ email, emailVerified, username, name, claims }: UpdateOptions): Promise<AccountChanges> {
  const changes = {
    ...(email !== undefined && { email }),
    ...(emailVerified !== undefined && { emailVerified }),
    ...(username !== undefined && { username: username === false ? null : username }),
    ...(name !== undefined && { name: name === false ? null : name }),
    ...(claims !== undefined && { claims: await readChangedClaims(claims) }),
  };
  return changes;
}

/** The expiry last: where another change is refused, nothing has ended. */
async function update(text: string, options: UpdateOptions, installation: Installation, note: NoteEvent) {
  const changes = await changesFrom(options);
  const { expires } = options;
  const hasChanges = Object.keys(changes).length > 0;
  if (!hasChanges && expires === undefined) throw new UsageError('name at least one change');
  const found = await findAccount(text, installation.accounts);
  const deps = { ...installation, note };
  const updated = hasChanges ? await updateAccount(found.id, changes, deps) : { account: found, changed: [] };
  if (expires === undefined) return updateOutcome(updated, installation);
  const wanted = { accountId: found.id, expiresAt: expires === false ? null : expires };
  const { account, isChanged } = await setExpiry(wanted, deps);
  return updateOutcome({ account, changed: [...updated.changed, ...(isChanged ? ['expiresAt'] : [])] }, installation);
}

interface Updated {
  readonly account: Account;
  readonly changed: readonly string[];
}

async function updateOutcome({ account, changed }: Updated, installation: Installation): Promise<Outcome> {
  const report = changed.length === 0 ? 'nothing changed' : `changed: ${changed.join(', ')}`;
  const notes = [report, ...(await unreleasedClaimNotes(account, installation))];
  return { ...accountOutcome(account, notes), value: { ...viewAccount(account), changed } };
}

function addUpdate(noun: Command): void {
  noun
    .command('update')
    .description(
      'change e-mail address, names, claims and expiry of an account; sessions, grants and tokens go on until it expires',
    )
    .argument('<account>', 'id, e-mail address or username')
    .option('--email <address>', 'e-mail address; another one counts as not verified, unless --email-verified')
    .option('--email-verified', 'the e-mail address is known to be theirs')
    .option('--no-email-verified', 'it is not known to be theirs')
    .option('--username <name>', 'username beside the e-mail address')
    .option('--no-username', 'remove the username')
    .option('--name <name>', 'full name')
    .option('--no-name', 'remove the full name')
    .option('--claims <file>', 'JSON file with claims: they replace those of the same names, and null removes one')
    .option('--expires <date>', `as disabled from then on: ${EXPIRY_FORM}`, parseExpiry)
    .option('--no-expires', 'never; what began before an expiry that has passed stays ended')
    .action((text: string, options: UpdateOptions) =>
      runVerb(options, (installation, note) => update(text, options, installation, note)),
    );
}

interface SetPasswordOptions extends CommonOptions {
  readonly keepSessions?: boolean;
}

/** A verb on one account, which is named by id, e-mail address or username. */
function addVerb(
  noun: Command,
  verb: string,
  description: string,
  act: (account: Account, installation: Installation, note: NoteEvent) => Promise<Account>,
  notesOf: (account: Account, now: number) => readonly string[] = () => [],
): Command {
  return noun
    .command(verb)
    .description(description)
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        const account = await act(await findAccount(text, installation.accounts), installation, note);
        return accountOutcome(account, notesOf(account, installation.clock.now()));
      }),
    );
}

/** Of an account that is not disabled any more. */
function stillShutOutNotes(account: Account, now: number): readonly string[] {
  const expired = 'it has expired and cannot sign in: "account update --expires" or "--no-expires" changes that';
  const waiting = 'it waits for approval and cannot sign in: "account approve" lets it in';
  return [...(hasExpired(account, now) ? [expired] : []), ...(account.awaitsApproval ? [waiting] : [])];
}

/** A limit: no account has so many. */
const DEVICES_READ_AT_MOST = 500;

async function show(text: string, { accounts, factors, rememberedDevices }: Installation): Promise<Outcome> {
  const account = await findAccount(text, accounts);
  const [has, devices] = await Promise.all([
    factors.get(account.id),
    rememberedDevices.ofAccount(account.id, DEVICES_READ_AT_MOST),
  ]);
  const inForce = devices.filter((device) => isInForce(device, account, has));
  const view = { ...viewAccount(account), secondFactors: viewFactors(has, inForce.length) };
  return { value: view, text: fields(view) };
}

interface ListOptions extends PagingOptions {
  readonly awaiting?: boolean;
}

/** Every account behind `after` is read for it: what they are is encrypted. */
async function awaitingApproval({ limit, after }: Page, accounts: AccountStore): Promise<PageOf<Account>> {
  const found: Account[] = [];
  for await (const account of everyItem((page) => accounts.list(page), after)) {
    if (account.awaitsApproval) found.push(account);
    if (found.length > limit) break;
  }
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export function addAccountVerbs(noun: Command): void {
  noun
    .command('create')
    .description('create an account')
    .requiredOption('--email <address>', 'e-mail address')
    .option('--username <name>', 'username beside the e-mail address')
    .option('--name <name>', 'full name')
    .option('--claims <file>', 'JSON file with further claims; sub and updated_at are taken over from another provider')
    .option('--email-verified', 'the e-mail address is known to be theirs')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--expires <date>', `as disabled from then on: ${EXPIRY_FORM}`, parseFutureExpiry)
    .action((options: CreateOptions) =>
      runCreatingVerb(options, (installation, note) => create(options, installation, note)),
    );
  withPaging(noun.command('list').description('list the accounts'))
    .option('--awaiting', 'only those that wait for approval')
    .action((options: ListOptions) =>
      runVerb(options, async ({ accounts }) => {
        const page = pageOf(options);
        const { items, next } = await (options.awaiting ? awaitingApproval(page, accounts) : accounts.list(page));
        return pageOutcome(items.map(viewAccount), next, columns);
      }),
    );
  noun
    .command('show')
    .description('show an account, with how many second factors it has')
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) => runVerb(options, (installation) => show(text, installation)));
  addUpdate(noun);
  noun
    .command('set-password')
    .description(
      'set the password of an account, read from the first line of standard input; ends its sessions and grants',
    )
    .argument('<account>', 'id, e-mail address or username')
    .option('--password-stdin', 'the default, and accepted for symmetry with "account create"')
    .option('--keep-sessions', 'sessions, grants and tokens stay: for a password that nobody else knew')
    .action((text: string, { keepSessions = false, ...options }: SetPasswordOptions) =>
      runVerb(options, async (installation, note) => {
        const { id } = await findAccount(text, installation.accounts);
        const wanted = { accountId: id, password: await readPasswordLine(), keepsSessions: keepSessions };
        return accountOutcome(await setPassword(wanted, { ...installation, note }));
      }),
    );
  noun
    .command('disable')
    .description('disable an account and end its sessions and grants')
    .argument('<account>', 'id, e-mail address or username')
    .option('--reason <text>', 'kept with the account and its event, for administrators: no page shows it')
    .action((text: string, { reason, ...options }: DisableOptions) =>
      runVerb(options, async (installation, note) => {
        const { id } = await findAccount(text, installation.accounts);
        return accountOutcome(await disableAccount(id, { ...installation, note }, { reason }));
      }),
    );
  addVerb(
    noun,
    'enable',
    'let a disabled account sign in again',
    ({ id }, installation, note) => enableAccount(id, { ...installation, note }),
    stillShutOutNotes,
  );
  addEndingVerbs(noun);
}

/** Their apps go on. */
function ownerlessNotes({ clients }: EndedWithAccount): readonly string[] {
  if (clients === 0) return [];
  return [
    `note: clients of it that go on and belong to nobody now: ${clients} ("client list --origin developer" lists them, "client update --owner" gives them to somebody)`,
  ];
}

function addEndingVerbs(noun: Command): void {
  noun
    .command('sessions-end')
    .description('end all sessions and grants of an account, and all tokens issued under them')
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        const { id } = await findAccount(text, installation.accounts);
        const ended = await endSessions(id, { ...installation, note });
        return { value: { id, ...ended }, text: fields({ id, ...ended }) };
      }),
    );
  noun
    .command('delete')
    .description('delete an account at once and for good, with all that is kept of it')
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        const { accounts } = installation;
        // By id also what a crash has left of an account that is gone.
        const id = isAccountId(text) ? text : (await findAccount(text, accounts)).id;
        const ended = await deleteAccount(id, { ...installation, note });
        return { value: { id, deleted: true, ...ended }, text: `deleted ${id}`, notes: ownerlessNotes(ended) };
      }),
    );
}
