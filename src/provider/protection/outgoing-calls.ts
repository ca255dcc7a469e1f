/**
 * What the provider calls at addresses that others name lies outside of its own network. oidc-provider looks at the address after it has
 * connected, when a port inside has been reached already and has got the first bytes: here nothing is connected to.
 */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressesWithin, parseAddressRange } from '../../config/config.ts';

const within = (ranges: readonly string[]) =>
  addressesWithin(ranges.flatMap((range) => parseAddressRange(range) ?? []));

/** Special-purpose addresses (RFC 6890 and its registries). */
const isInsideV4 = within([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]);
/** All that is not global unicast (RFC 4291 2.4) too. A list of its own, for Node takes IPv4 addresses for a part of it. */
const isInsideV6 = within([
  ...['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
]);

/** False for what is no address, which is looked up. */
function isInside(address: string): boolean {
  // A zone (RFC 4007) is of a link of this machine.
  if (address.includes('%')) return true;
  return isIP(address) === 6 ? isInsideV6(address) : isInsideV4(address);
}

/** One error for all: not whether anything listens there. */
const refused = (): Error => new Error('the address is inside of the network');

const lookupOutside: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '', 0);
    const outside = found.filter(({ address }) => !isInside(address));
    const [first] = outside;
    if (first === undefined) return callback(refused(), '', 0);
    return options.all === true ? callback(null, outside) : callback(null, first.address, first.family);
  });
};

type Dispatch = (options: { readonly origin?: string | URL }, handler: unknown) => boolean;

/** Of undici, which is a part of Node and cannot be imported. */
type AgentClass = new (options: object) => { compose(interceptor: (dispatch: Dispatch) => Dispatch): object };

/** For hosts that are addresses, which nobody looks up. At every request, for one may have been redirected there. */
const refuseInsideHosts =
  (dispatch: Dispatch): Dispatch =>
  (options, handler) => {
    const host = URL.parse(String(options.origin))?.hostname.replace(/^\[|\]$/g, '');
    if (host === undefined || isInside(host)) throw refused();
    return dispatch(options, handler);
  };

/** For the option `dispatcher` of `fetch`. */
export function createOutsideDispatcher(): object {
  // Node sets its dispatcher when one of these names is used for the first time.
  void Response;
  const symbols = ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'].map((name) => Symbol.for(name));
  const known = globalThis as unknown as Readonly<Record<symbol, object | undefined>>;
  const [usual] = symbols.flatMap((symbol) => known[symbol] ?? []);
  if (usual === undefined) throw new Error('nothing would keep the call from internal addresses');
  // No session that another server at that name has begun is offered to it (TLS session tickets).
  const connect = { lookup: lookupOutside, maxCachedSessions: 0 };
  return new (usual.constructor as AgentClass)({ connect }).compose(refuseInsideHosts);
}
