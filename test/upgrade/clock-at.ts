/** Loaded before a program (`--import`): its clock begins at CLOCK_AT, milliseconds since 1970. Databases of a release are as young then as when they were made. */
const offset = Number(process.env.CLOCK_AT) - Date.now();
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args: readonly unknown[]) {
    super(...((args.length === 0 ? [RealDate.now() + offset] : args) as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;
