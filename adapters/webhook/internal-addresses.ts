/** Which addresses no outgoing request may reach: those that are not of the public internet (RFC 6890, RFC 8190). */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const ipv4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** An IPv4 address that is written as IPv6 is matched by the list above (::ffff:0:0/96). */
const ipv6 = [
  ...['::/128', '::1/128', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '100:0:0:1::/64'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20', '5f00::/16'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

const internal = new BlockList();
for (const [ranges, family] of [
  [ipv4, 'ipv4'],
  [ipv6, 'ipv6'],
] as const) {
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    internal.addSubnet(address, Number(prefix), family);
  }
}

/** True for what is no address, too. */
export function isInternal(address: string): boolean {
  const version = isIP(address);
  return version === 0 || internal.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Its message names nothing. */
export class InternalAddress extends Error {
  override readonly name = 'InternalAddress';
}

/** The connection is made to what was looked at here, so that a name cannot be one address for the check and another for the request. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: readonly LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? new InternalAddress(), '', 4);
    if (addresses.some(({ address }) => isInternal(address))) return callback(new InternalAddress(), '', 4);
    return options.all === true ? callback(null, [...addresses]) : callback(null, first.address, first.family);
  });
};
