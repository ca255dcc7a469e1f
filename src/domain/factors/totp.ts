/** Codes of authenticator apps (RFC 6238): six digits, new every 30 seconds, by SHA-1 as every app can. */
import { Secret, TOTP } from 'otpauth';

/** RFC 4226 4, R6: 160 bits. */
const SECRET_BYTES = 20;
/** RFC 6238 5.2: one step back and one ahead, for clocks that differ and people who type slowly. */
const STEPS_AROUND = 1;
const CODE = /^\d{6}$/;

/** In base32, as apps take it. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

const totpOf = (secret: string, names: { readonly issuer?: string; readonly label?: string } = {}): TOTP =>
  new TOTP({ ...names, secret: Secret.fromBase32(secret) });

/** For a QR code: what the app is given. */
export function keyUri({
  secret,
  service,
  user,
}: {
  readonly secret: string;
  readonly service: string;
  readonly user: string;
}): string {
  return totpOf(secret, { issuer: service, label: user }).toString();
}

/** As it is typed: apps show it in two groups. */
export function typedDigits(text: string): string {
  return text.slice(0, 100).normalize('NFKC').replace(/[\s-]/g, '');
}

/** The time step that the code belongs to; undefined for a wrong one. `now` in milliseconds since the epoch. */
export function stepOfCode(secret: string, typed: string, now: number): number | undefined {
  const token = typedDigits(typed);
  if (!CODE.test(token)) return undefined;
  const totp = totpOf(secret);
  const distance = totp.validate({ token, timestamp: now, window: STEPS_AROUND });
  return distance === null ? undefined : totp.counter({ timestamp: now }) + distance;
}
