/** The cost of one password hash on this machine. */
import bcrypt from 'bcrypt';
import { median } from './measure.ts';
import { BCRYPT_COST } from './subjects/setup.ts';

const TIMES = 7;

export function hashMilliseconds(): number {
  const hash = bcrypt.hashSync('a password', BCRYPT_COST);
  const times = Array.from({ length: TIMES }, () => {
    const before = process.cpuUsage();
    bcrypt.compareSync('a password', hash);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}
