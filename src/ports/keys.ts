/** Where the installation's own keys are kept, sealed: the signing key set and the index key. */
export interface KeyDocument {
  readonly value: Uint8Array;
  /** Grows with every change: instances that poll it know when to follow. */
  readonly version: number;
}

export interface KeyStore {
  /** The document, or the one made now: instances that start together all get the one that was inserted first. */
  loadOrCreate(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<KeyDocument>;
  load(name: string): Promise<KeyDocument | undefined>;
  /** Compare-and-set; false when somebody else was first. */
  replace(name: string, value: Uint8Array, expectedVersion: number): Promise<boolean>;
}
