/**
 * Mailed links. There is one record for each action and whoever it is about, so a newer link takes the place of the older one
 * in the same write, and of many uses at once one wins the compare-and-set.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Page } from '../driver.ts';
import { EncryptedCollection, type PageOf, storedId } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';

/** What a link does. Each is for one action. */
export type LinkPurpose = 'confirm_registration' | 'accept_invitation' | 'reset_password' | 'change_email' | 'not_me';

export interface NewLink {
  readonly purpose: LinkPurpose;
  /** Whom it is about, the id of an account or an e-mail address: a newer link of the same two ends the older one. */
  readonly subject: string;
  /** Where it is mailed to. */
  readonly email: string;
  /** Ends with the account; of a notice alone not with what else ends of it, for that may be what it tells of. */
  readonly accountId?: string;
  /** What the action needs to know. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface StoredLink extends Omit<NewLink, 'subject'> {
  /** Its record: names it on the command line, and signs nobody in. */
  readonly id: string;
  readonly createdAt: number;
  /** When the work began that it was used for, while that is not finished. */
  readonly begunAt?: number;
}

export interface CreatedLink {
  readonly token: string;
  readonly stored: StoredLink;
}

interface LinkRecord extends StoredLink {
  /** SHA-256 of 256 random bits. */
  readonly secretHash: string;
  /** Used, or ended one by one: kept until it would have expired. */
  readonly isUsed: boolean;
}

const LISTED_AT_ONCE = 100;
/** What has taken longer was left by a crash. */
const WORK_MILLISECONDS = 30_000;
const SECRET_BYTES = 32;
/** What names the record, and the secret: 43 characters each. */
const TOKEN_FORM = /^(?<handle>[\w-]{43})(?<secret>[\w-]{43})$/;

/** A token of another form names no record, and costs the same read. Nothing of a token is stored as it is. */
function partsOf(token: string): { readonly id: string; readonly secret: string } {
  const { handle = '', secret = '' } = TOKEN_FORM.exec(token)?.groups ?? {};
  return { id: storedId('links', handle), secret };
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** No id of an account has a blank. */
const ownerOfNotices = (accountId: string): string => `notices ${accountId}`;

/** How its record is found. */
export function linkIndexes({ purpose, accountId }: Pick<StoredLink, 'purpose' | 'accountId'>) {
  if (accountId === undefined) return { purpose };
  return { purpose, accountId: purpose === 'not_me' ? ownerOfNotices(accountId) : accountId };
}

export class LinkStore {
  readonly #links: EncryptedCollection<LinkRecord, 'links'>;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;

  constructor(deps: KeyedCollectionDeps) {
    this.#links = new EncryptedCollection(deps, 'links');
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
  }

  /** From here on its token is good, and an older one of the same purpose and subject is not. */
  async create({ subject, ...link }: NewLink): Promise<CreatedLink> {
    const token = `${this.#handleOf(link.purpose, subject)}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const { id, secret } = partsOf(token);
    const value = { ...link, id, createdAt: this.#clock.now(), secretHash: hashOf(secret), isUsed: false };
    await this.#links.put(this.#write(value));
    return { token, stored: value };
  }

  /** The link as it can be used now; undefined when it was used, replaced, ended or is too old. */
  async find(purpose: LinkPurpose, token: string): Promise<StoredLink | undefined> {
    const { id, secret } = partsOf(token);
    const found = await this.#links.get(id);
    return found && this.#isGood(found.value, purpose, secret) ? found.value : undefined;
  }

  /** For whoever had the right to use it, and did: what it was about. */
  async findUsed(purpose: LinkPurpose, token: string): Promise<StoredLink | undefined> {
    const { id, secret } = partsOf(token);
    const link = (await this.#links.get(id))?.value;
    return link?.isUsed && this.#isGood({ ...link, isUsed: false }, purpose, secret) ? link : undefined;
  }

  /** The link for exactly one of many callers. */
  async use(purpose: LinkPurpose, token: string): Promise<StoredLink | undefined> {
    return this.#use(purpose, token, {});
  }

  /**
   * As `use`, for work that a failure can leave half done: whoever comes after `giveUp`, or half a minute later where nothing more was
   * heard of it, gets the link again. Not after `finish`.
   */
  async begin(purpose: LinkPurpose, token: string): Promise<StoredLink | undefined> {
    return this.#use(purpose, token, { begunAt: this.#clock.now() });
  }

  async finish(begun: StoredLink): Promise<void> {
    await this.#endWork(begun, true);
  }

  async giveUp(begun: StoredLink): Promise<void> {
    await this.#endWork(begun, false);
  }

  /** All of an account but those of its notices. */
  endAllOf(accountId: string): Promise<number> {
    return this.#links.removeBy('accountId', accountId);
  }

  /** Those of its notices, whatever address they were mailed to. */
  endNoticesOf(accountId: string): Promise<number> {
    return this.#links.removeBy('accountId', ownerOfNotices(accountId));
  }

  /** Some of its notices. */
  async endNoticesWhere(accountId: string, isEnded: (link: StoredLink) => boolean): Promise<void> {
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const page = { limit: LISTED_AT_ONCE, ...(after !== undefined && { after }) };
      const found = await this.#links.findBy('accountId', ownerOfNotices(accountId), page);
      for (const { value } of found) if (isEnded(value)) await this.#links.remove(value.id);
      after = found.at(-1)?.id;
      isLast = found.length < LISTED_AT_ONCE;
    }
  }

  /** The record of these two, used or not: for an address that is to be forgotten. True when there was one. */
  remove(purpose: LinkPurpose, subject: string): Promise<boolean> {
    return this.#links.remove(this.idOf(purpose, subject));
  }

  /** Those that are good now, by their records. */
  async list(purpose: LinkPurpose, page: Page): Promise<PageOf<StoredLink>> {
    const found = await this.#links.findBy('purpose', purpose, { ...page, limit: page.limit + 1 });
    const shown = found.slice(0, page.limit);
    return {
      items: shown.map(({ value }) => value).filter((link) => this.#isLive(link)),
      next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  /** Names the record of these two, whether there is one or not. */
  idOf(purpose: LinkPurpose, subject: string): string {
    return storedId('links', this.#handleOf(purpose, subject));
  }

  /** Undefined when there is none that is good. Of an end and a use at once one wins. */
  async end(id: string, purpose: LinkPurpose): Promise<StoredLink | undefined> {
    return this.#links.compareAndSet(id, (link) =>
      link.purpose === purpose && this.#isLive(link) ? this.#write({ ...link, isUsed: true }) : undefined,
    );
  }

  /** Of what was issued too late, and mailed to nobody. A newer one of the same two stays. */
  async withdraw({ id, createdAt }: StoredLink): Promise<void> {
    await this.#links.compareAndSet(id, (link) =>
      link.createdAt === createdAt ? this.#write({ ...link, isUsed: true, expiresAt: this.#clock.now() }) : undefined,
    );
  }

  #use(purpose: LinkPurpose, token: string, work: Pick<StoredLink, 'begunAt'>): Promise<StoredLink | undefined> {
    const { id, secret } = partsOf(token);
    return this.#links.compareAndSet(id, (link) =>
      this.#isGood(link, purpose, secret) ? this.#write({ ...link, ...work, isUsed: true }) : undefined,
    );
  }

  async #endWork({ id, createdAt, begunAt }: StoredLink, isUsed: boolean): Promise<void> {
    await this.#links.compareAndSet(id, ({ begunAt: current, ...link }) =>
      current === begunAt && link.createdAt === createdAt ? this.#write({ ...link, isUsed }) : undefined,
    );
  }

  #handleOf(purpose: LinkPurpose, subject: string): string {
    return this.#keyedHash.hash('link', `${purpose}\0${subject}`);
  }

  #isGood(link: LinkRecord, wanted: LinkPurpose, secret: string): boolean {
    const isRight = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(link.secretHash));
    return isRight && link.purpose === wanted && this.#isLive(link);
  }

  // By this clock too, whatever the database has purged.
  #isLive({ isUsed, begunAt, expiresAt }: LinkRecord): boolean {
    const now = this.#clock.now();
    const isLeft = begunAt !== undefined && begunAt + WORK_MILLISECONDS <= now;
    return (!isUsed || isLeft) && now < expiresAt;
  }

  #write(value: LinkRecord) {
    const { id, expiresAt } = value;
    return { id, value, expiresAt, indexes: linkIndexes(value) };
  }
}
