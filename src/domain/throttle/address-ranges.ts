/** To which ranges an address belongs, from one customer's up to one site's. */
const GROUPS = 8;
/** IPv4 in IPv6: on a dual-stack listener (RFC 4291 2.5.5.2), and behind a translator (RFC 6052 2.1). */
const IPV4_PREFIXES: ReadonlySet<string> = new Set(['0,0,0,0,0,ffff', '64,ff9b,0,0,0,0']);
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

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

function ipv4Of(groups: readonly string[]): string | undefined {
  if (!IPV4_PREFIXES.has(groups.slice(0, 6).join())) return undefined;
  const bytes = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return bytes.join('.');
}

export interface AddressRanges {
  /** An IPv4 address, or an IPv6 /64, which is the least that a customer gets (RFC 6177 2); the network, where nobody can be told apart. */
  readonly address: string;
  /** What one customer or office shares: an IPv4 /24, an IPv6 /56. */
  readonly network: string;
  /** What a site gets at most: an IPv6 /48; an IPv4 address belongs to none. */
  readonly site?: string;
}

function ipv4Ranges(address: string): AddressRanges {
  return { address, network: `${address.slice(0, address.lastIndexOf('.'))}.0/24` };
}

/** For visitors of a proxy that does not name them: what they claim about themselves, and the proxy. */
const BEHIND = /^(?<claimed>\S+) behind (?<proxy>\S+)$/;

const UNKNOWN = 'unknown';

/** Counts like an address, and is none: within no range that somebody allows. */
export function unknownCallerBehind(proxy: string, claimed = UNKNOWN): string {
  return `${claimed} behind ${proxy}`;
}

/**
 * Anything that is not an address is a network of its own. Behind a proxy that does not name its visitors, the address is only what
 * the visitor claims: that keeps honest visitors apart, and whoever claims another one each time uses up the network of all.
 */
export function addressRanges(text: string): AddressRanges {
  const { claimed, proxy } = BEHIND.exec(text)?.groups ?? {};
  if (claimed === undefined) return rangesOf(text);
  const network = `behind ${proxy}`;
  // One who claims nothing is any of them: one that nobody can be told from has no budget for anybody to use up.
  return { address: claimed === UNKNOWN ? network : `${rangesOf(claimed).address} ${network}`, network };
}

/** The smallest range that the caller cannot fake. */
export function rangeNotChosenByCaller(text: string): string {
  const { address, network } = addressRanges(text);
  return BEHIND.test(text) ? network : address;
}

function rangesOf(text: string): AddressRanges {
  if (IPV4.test(text)) return ipv4Ranges(text);
  const groups = groupsOf(text);
  if (groups === undefined) return { address: text, network: text };
  const mapped = ipv4Of(groups);
  if (mapped !== undefined) return ipv4Ranges(mapped);
  const [first, second, third, fourth = '0'] = groups;
  const site = `${first}:${second}:${third}`;
  const upperByte = (Number.parseInt(fourth, 16) & 0xff00).toString(16);
  return { address: `${site}:${fourth}::/64`, network: `${site}:${upperByte}::/56`, site: `${site}::/48` };
}
