/** Which of the driver's errors mean that the database cannot be used now, and a deadline for every call. */
import {
  MongoClientClosedError,
  MongoCompatibilityError,
  MongoError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoStalePrimaryError,
  MongoTopologyClosedError,
} from 'mongodb';
import { StorageAccessDenied, StorageUnavailable } from '../../src/storage/driver.ts';

const UNAVAILABLE_CLASSES = [
  MongoClientClosedError,
  MongoCompatibilityError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerSelectionError,
  MongoStalePrimaryError,
  MongoTopologyClosedError,
];

// The driver does not export these two classes.
const UNAVAILABLE_NAMES = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError']);

const UNAVAILABLE_LABELS = ['RetryableWriteError', 'RetryableError', 'SystemOverloadedError', 'HandshakeError'];

// The server is going down, is not the primary, did not reach a majority, or ran out of time.
const UNAVAILABLE_CODES = {
  HostUnreachable: 6,
  HostNotFound: 7,
  MaxTimeMSExpired: 50,
  WriteConcernTimeout: 64,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  UnsatisfiableWriteConcern: 100,
  FailedToSatisfyReadPreference: 133,
  ReadConcernMajorityNotAvailableYet: 134,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  SocketException: 9001,
  NotWritablePrimary: 10107,
  InterruptedAtShutdown: 11600,
  InterruptedDueToReplStateChange: 11602,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
};

const NOT_AUTHORIZED = 13;
const NOT_AUTHENTICATED = { AuthenticationFailed: 18, MechanismUnavailable: 334, AtlasError: 8000 };

const NETWORK_CALLS = new Set(['connect', 'getaddrinfo', 'querySrv', 'queryTxt', 'read', 'write']);

const DUPLICATE_KEY = 11000;

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

function deniedReason(error: unknown): StorageAccessDenied['deniedReason'] | undefined {
  if (!(error instanceof MongoServerError)) return undefined;
  if (error.code === NOT_AUTHORIZED) return 'rights';
  return Object.values(NOT_AUTHENTICATED).some((code) => code === error.code) ? 'credentials' : undefined;
}

function meansUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('syscall' in error && NETWORK_CALLS.has(String(error.syscall))) return true;
  if (!(error instanceof MongoError)) return false;
  if (isDuplicateKey(error)) return false;
  return (
    UNAVAILABLE_CLASSES.some((each) => error instanceof each) ||
    UNAVAILABLE_NAMES.has(error.name) ||
    Object.values(UNAVAILABLE_CODES).some((code) => code === error.code) ||
    UNAVAILABLE_LABELS.some((label) => error.hasErrorLabel(label))
  );
}

/** Runs one piece of work against the database; errors that mean it cannot be used become `StorageUnavailable`. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = deniedReason(error);
    if (reason !== undefined) throw new StorageAccessDenied(reason, { cause: error });
    throw meansUnavailable(error) ? new StorageUnavailable(error) : error;
  }
}

// Each of the driver's own bounds would have ended the call by then, a second try included.
const DEADLINES_UNTIL_LOST = 4;

/**
 * The same within a deadline: the driver bounds each step, but not their sum. A call that has not ended several deadlines
 * later never will, and holds its connection: then `whenLost` is called.
 */
export async function reachingWithin<T>(deadlineMs: number, work: () => Promise<T>, whenLost?: () => void): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer = setTimeout(() => {
    reject(new StorageUnavailable(new Error(`no answer in ${deadlineMs} ms`)));
    if (whenLost !== undefined) timer = setTimeout(whenLost, (DEADLINES_UNTIL_LOST - 1) * deadlineMs).unref();
  }, deadlineMs);
  const answer = reaching(work).finally(() => clearTimeout(timer));
  return await Promise.race([answer, late]);
}
