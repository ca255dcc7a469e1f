/** Thrown when a database is opened that a newer version of Latchkey has written: an older one could damage it. */
export class StorageTooNew extends Error {
  override readonly name = 'StorageTooNew';
  readonly code = 'storage_too_new';
  readonly foundVersion: number;
  readonly knownVersion: number;

  constructor(foundVersion: number, knownVersion: number) {
    super(`the database has schema version ${foundVersion}, this version of Latchkey knows ${knownVersion}`);
    this.foundVersion = foundVersion;
    this.knownVersion = knownVersion;
  }
}
