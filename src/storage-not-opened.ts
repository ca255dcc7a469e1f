/** Thrown when a database could not be opened: knows which one, so that an operator can be told. */
import { resolve } from 'node:path';
import type { StorageTooNew } from './ports/storage-too-new.ts';
import type { StorageUnavailable } from './ports/storage-unavailable.ts';

const SQLITE = 'sqlite:';

/** The address as it may be shown: no user, no password, no settings. */
function shownAddress(url: string): string {
  if (url === 'sqlite::memory:') return url;
  if (url.startsWith(SQLITE)) return SQLITE + resolve(url.slice(SQLITE.length));
  const [, scheme = '', rest = ''] = /^([^:]+:\/\/)(.*)$/s.exec(url) ?? [];
  // A password may hold an unescaped slash or question mark: whatever stands before the last @ is none of a reader's business.
  const [withoutSettings = ''] = rest.slice(rest.lastIndexOf('@') + 1).split('?');
  return scheme + withoutSettings;
}

export class StorageNotOpened extends Error {
  override readonly name = 'StorageNotOpened';
  readonly address: string;
  readonly isFile: boolean;
  readonly reason: StorageUnavailable | StorageTooNew;

  constructor(url: string, { cause }: { readonly cause: StorageUnavailable | StorageTooNew }) {
    super(`${shownAddress(url)} could not be opened`, { cause });
    this.address = shownAddress(url);
    this.isFile = url.startsWith(SQLITE);
    this.reason = cause;
  }
}
