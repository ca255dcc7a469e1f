/** Thrown for an address that no database can be opened by. Its text never repeats the address: that may hold a password. */
export class StorageAddressInvalid extends TypeError {
  override readonly name = 'StorageAddressInvalid';
  readonly code = 'storage_address_invalid';
}
