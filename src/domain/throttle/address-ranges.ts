const PREFIX_GROUPS = 4;
const GROUPS = 8;
const MAPPED_IPV4 = ['0', '0', '0', '0', '0', 'ffff'].join();

/** Undefined for anything but an IPv6 address. */
function groupsOf(address: string): readonly string[] | undefined {
  // The URL parser writes every IPv6 address in one canonical form. A zone (RFC 4007) is not part of the address.
  const host = URL.parse(`http://[${address.split('%')[0]}]/`)?.hostname;
  if (host === undefined) return undefined;
  const [before = [], after = []] = host
    .slice(1, -1)
    .split('::')
    .map((side) => side.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(GROUPS - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after];
}

/** What counts as one network: an IPv4 address, or an IPv6 /64, which is the least that a customer gets (RFC 6177 2). */
export function addressRange(address: string): string {
  const groups = groupsOf(address);
  if (groups === undefined) return address;
  if (groups.slice(0, 6).join() === MAPPED_IPV4) {
    const bytes = groups.slice(6).flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
    return bytes.join('.');
  }
  return `${groups.slice(0, PREFIX_GROUPS).join(':')}::/64`;
}
