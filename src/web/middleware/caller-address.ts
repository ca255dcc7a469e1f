/** Where a request came from: `X-Forwarded-For`, as far as trusted proxies vouch for it. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { addressesWithin, parseAddressRange, plainAddress } from '../../config/config.ts';
import { unknownCallerBehind } from '../../domain/throttle/address-ranges.ts';
import type { Log } from '../../ports/log.ts';

const MAX_FORWARDED_ENTRIES = 20;

/** Some gateways put an element of RFC 7239 4 into the older header. `host` alone may hold what a visitor has written. */
const FOR = /^(?:\s*(?:by|proto)\s*=[^;"]*;)*\s*for\s*=\s*("[^"]*"|[^;]*)/i;
const QUOTES = /^(["'])(.*)\1$/;
/** What stands around an address: the prefix of a single one, parameters of a SIP address, a scheme. */
const AROUND = /^[a-z]+:\/\/|\/(?:32|128)$|;[a-z]+=\d*$/gi;
/** F5 writes the port of an IPv6 address behind a dot. */
const DOTTED_PORT = /(?<=:.*)\.\d{1,5}$/;
/** RFC 7239 6.2: a number, or a name that hides it; behind a bare IPv6 address only what can be nothing else. */
const PORT = /(?<=\]|\.\d{1,3}):(?:\d{0,5}|_[\w.-]+)$|:\d{1,5}$/;
const BRACKETS = /^\[(.*)\]$/;

/** Bare, or with a port, in brackets, in quotes; undefined for `unknown`, a hidden name (RFC 7239 6.3) and whatever else is no address. */
function addressOf(entry: string): string | undefined {
  const quoted = (FOR.exec(entry)?.[1] ?? entry).replaceAll('\\', '').trim();
  const node = quoted.replace(QUOTES, '$2').trim().replace(AROUND, '').replace(/\.$/, '');
  // As it stands first: the last group of an IPv6 address looks like a port.
  return [node, node.replace(PORT, ''), node.replace(DOTTED_PORT, '')]
    .map((text) => plainAddress(text.replace(BRACKETS, '$1')))
    .find((address) => isIP(address) !== 0);
}

/**
 * Empty elements of a list count for nothing (RFC 9110 5.6.1.2), but for the last one: a proxy that appends nothing has named
 * nobody, and what stands left of that is the visitor's own.
 */
function entriesOf(forwardedFor: string): string[] {
  const entries = forwardedFor.split(',').map((entry) => entry.trim());
  return entries.filter((entry, at) => entry !== '' || at === entries.length - 1).slice(-MAX_FORWARDED_ENTRIES);
}

const internalRanges = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
];
const internalRangesV6 = ['::1', 'fc00::/7', 'fe80::/10'];
const isInternal = addressesWithin(
  [...internalRanges, ...internalRangesV6].flatMap((text) => parseAddressRange(text) ?? []),
);

/** Each at most once per process. Requests from strangers have their own warning, so they cannot suppress the one about a proxy. */
const warnings = {
  nameless:
    'a proxy in TRUSTED_PROXIES names no address in X-Forwarded-For; its visitors cannot be told apart and share a budget',
  internal:
    'a request was forwarded by an address that TRUSTED_PROXIES does not name; all visitors of that proxy count as one',
  stranger:
    'a request that says it was forwarded came from outside TRUSTED_PROXIES; if a proxy is there, its visitors count as one',
} as const;

export type ReadCaller = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/** Returns an address, or for a trusted proxy that names no caller the text of `unknownCallerBehind`, which is in no range. */
export function createCallerReader(isTrusted: (address: string) => boolean, log: Pick<Log, 'warn'>): ReadCaller {
  const warned = new Set<keyof typeof warnings>();

  // Never logs what the header holds: it may be anything.
  function warnOnce(about: keyof typeof warnings, address: string): void {
    if (warned.has(about)) return;
    warned.add(about);
    log.warn({ address }, warnings[about]);
  }

  function nameless(proxy: string, entriesBefore: readonly string[]): string {
    warnOnce('nameless', proxy);
    const claimed = entriesBefore.map(addressOf).findLast((address) => address !== undefined && !isTrusted(address));
    return unknownCallerBehind(proxy, claimed);
  }

  /** The first address, seen from here, that no trusted proxy vouches for. */
  function callerBefore(remote: string, entries: string[]): string {
    let caller = remote;
    while (isTrusted(caller)) {
      const entry = entries.pop();
      if (entry === undefined) break;
      const address = addressOf(entry);
      if (address === undefined) return nameless(caller, entries);
      caller = address;
    }
    return caller;
  }

  return ({ headers, socket }) => {
    const remote = plainAddress(socket.remoteAddress ?? '');
    // Node joins several header lines.
    const forwardedFor = headers['x-forwarded-for']?.toString();
    const isForwarded = forwardedFor !== undefined || headers.forwarded !== undefined;
    if (!isForwarded) return remote;
    if (!isTrusted(remote)) {
      warnOnce(isInternal(remote) ? 'internal' : 'stranger', remote);
      return remote;
    }
    // The content of `Forwarded` is not trusted, because proxies pass on a visitor's. It only shows that the request is not their own.
    return callerBefore(remote, entriesOf(forwardedFor ?? ''));
  };
}
