/** Parses the addresses and CIDR ranges whose forwarding headers count. */
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

function isAddressOrRange(entry: string): boolean {
  const [address = '', prefix = '', ...rest] = entry.split('/');
  // A prefix of 0 would let anybody claim any address.
  if (rest.length > 0 || (entry.includes('/') && !/^[1-9]\d{0,2}$/.test(prefix))) return false;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  try {
    const list = new BlockList();
    if (prefix === '') list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
    return true;
  } catch {
    return false;
  }
}

export const trustedProxies = z.string().transform((text, context): readonly string[] => {
  const entries = text.split(',').map((entry) => entry.trim());
  entries.forEach((entry, at) => {
    if (isAddressOrRange(entry)) return;
    const message = `entry ${at + 1} is not an address or a range such as 10.0.0.0/8 or fd00::/8`;
    context.addIssue({ code: 'custom', message });
  });
  return Object.freeze(entries);
});
