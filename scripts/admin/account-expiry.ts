/** The value of `--expires`. */
import { InvalidArgumentError } from 'commander';
import { systemClock } from '../../src/ports/clock.ts';

/** For the help of the flag. */
export const EXPIRY_FORM = '2027-03-31 (from the start of that day, UTC) or 2027-03-31T18:00:00+02:00';

// RFC 3339 5.6. Without an offset a time would be another one on another machine.
const FORM =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:T(?<time>[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/** Milliseconds since the epoch. */
export function parseExpiry(text: string): number {
  const { date } = FORM.exec(text)?.groups ?? {};
  // JavaScript takes the 30th of February for the 1st or 2nd of March.
  const day = Date.parse(`${date}T00:00Z`);
  if (date === undefined || Number.isNaN(day) || !new Date(day).toISOString().startsWith(date))
    throw new InvalidArgumentError(`It is a date or a time with its offset: ${EXPIRY_FORM}.`);
  return Date.parse(text);
}

/** For what begins now. */
export function parseFutureExpiry(text: string): number {
  const expiresAt = parseExpiry(text);
  if (expiresAt <= systemClock.now()) throw new InvalidArgumentError('It is a time that is still to come.');
  return expiresAt;
}
