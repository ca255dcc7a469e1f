/** What an operator reads when a process could not start, and its exit code (sysexits.h). */
import { ConfigurationError } from './config/config.ts';
import { CannotListen } from './listener/listen.ts';
import { StorageNotOpened } from './open-storage.ts';
import { StorageAccessDenied, StorageAddressInvalid, StorageTooNew, StorageUnavailable } from './storage/driver.ts';
import { CannotDecrypt } from './storage/encryption/key-ring.ts';
import { StorageCopyError } from './storage/maintenance/copy.ts';

/** What the settings point to does not answer, or not yet: a later start may succeed. */
const UNAVAILABLE = 69;
/** A setting is wrong, or a file that it names: no later start succeeds. */
export const CONFIGURATION = 78;
const UNEXPECTED = 1;

interface Explanation {
  readonly exitCode: number;
  readonly text: string;
}

const cannotDecrypt = [
  'SECRET_KEYS does not decrypt this database: it was encrypted under other keys.',
  'what to do: set the keys it was made with (development keeps its own in DATA_FOLDER), or name another database with STORAGE_URL.',
  'After a rotation: put the old key back behind the new one and run "storage re-encrypt" before you remove it.',
].join('\n');

function whyUnavailable(error: StorageUnavailable): string {
  return error.cause instanceof Error ? error.cause.message : 'it did not answer';
}

const accessDenied = {
  credentials: {
    problem: 'does not accept this user and password',
    remedy: (givenBy: string) =>
      `check both in ${givenBy} (percent-encode @ : / ? # % in them), and the authSource where they are kept`,
  },
  rights: {
    problem: 'does not let this user do what Latchkey does',
    remedy: (givenBy: string) =>
      `give it the role that scripts/mongodb-role.js makes, or name another user in ${givenBy}`,
  },
} as const;

function explainDenied(error: StorageAccessDenied, database: string, givenBy = 'STORAGE_URL'): Explanation {
  const { problem, remedy } = accessDenied[error.deniedReason];
  // MongoDB repeats the whole command behind that, with the values to be written.
  const [answer] = whyUnavailable(error).split(' {');
  const text = `${database} ${problem}.\nits answer: ${answer}.\nwhat to do: ${remedy(givenBy)}.`;
  return { exitCode: CONFIGURATION, text };
}

function explainInvalid({ message }: StorageAddressInvalid, remedy: string): Explanation {
  return { exitCode: CONFIGURATION, text: `${message}\nwhat to do: ${remedy}.` };
}

function explainNotOpened({ advice, givenBy = 'STORAGE_URL', reason }: StorageNotOpened): Explanation {
  const { address, tried, check } = advice;
  if (reason instanceof StorageAccessDenied) return explainDenied(reason, `the database at ${address}`, givenBy);
  if (reason instanceof StorageAddressInvalid) return explainInvalid(reason, `fix what ${givenBy} names`);
  const lines =
    reason instanceof StorageTooNew
      ? [
          `the database at ${address} was written by a newer version of Latchkey.`,
          `found: schema version ${reason.foundVersion}; this version knows ${reason.knownVersion}.`,
          'what to do: run that newer version, or set ACCEPT_NEWER_STORAGE=1 while the upgrade is being taken back.',
        ]
      : [
          `the database at ${address} cannot be reached.`,
          `tried: to ${tried}; ${whyUnavailable(reason)}.`,
          `what to do: ${check}; or name another one with ${givenBy}.`,
        ];
  return { exitCode: UNAVAILABLE, text: lines.join('\n') };
}

function explainListener({ address, code }: CannotListen): Explanation {
  const { port, host, portVariable, hostVariable } = address;
  const at = `${portVariable} ${port} on ${hostVariable} ${host}`;
  if (code === 'EADDRINUSE') {
    const text = `${at} is in use by another process.\nwhat to do: stop that process, or choose another port with ${portVariable}.`;
    return { exitCode: UNAVAILABLE, text };
  }
  const remedy =
    code === 'EACCES' || code === 'EPERM'
      ? `choose a port above 1023 with ${portVariable} and let a proxy have ${port}, or give this user the right to it`
      : `set ${hostVariable} to an address of this machine, or to 0.0.0.0 or :: for all of them`;
  const problem = code === 'EACCES' || code === 'EPERM' ? 'is not for this user' : 'is no address of this machine';
  return { exitCode: CONFIGURATION, text: `${at} ${problem} (${code}).\nwhat to do: ${remedy}.` };
}

/** Undefined for an unexpected error. */
function explain(error: unknown): Explanation | undefined {
  if (error instanceof ConfigurationError) return { exitCode: CONFIGURATION, text: error.message };
  if (error instanceof CannotDecrypt) return { exitCode: CONFIGURATION, text: cannotDecrypt };
  if (error instanceof StorageAddressInvalid) return explainInvalid(error, 'fix STORAGE_URL (or MONGODB_URI)');
  if (error instanceof StorageNotOpened) return explainNotOpened(error);
  if (error instanceof StorageAccessDenied) return explainDenied(error, 'the database');
  if (error instanceof StorageUnavailable) {
    return { exitCode: UNAVAILABLE, text: `${error.message}: ${whyUnavailable(error)}.` };
  }
  if (error instanceof CannotListen) return explainListener(error);
  if (error instanceof StorageTooNew) return { exitCode: UNEXPECTED, text: error.message };
  if (error instanceof StorageCopyError) {
    const isUnfinished = error.code === 'storage_copy_unfinished';
    return { exitCode: isUnfinished ? UNAVAILABLE : UNEXPECTED, text: error.message };
  }
  return undefined;
}

export function exitCodeOf(error: unknown): number {
  return explain(error)?.exitCode ?? UNEXPECTED;
}

/** Of an unexpected error the stack is shown: nothing else says where it happened. */
export function explainFailure(error: unknown): string {
  const foreseen = explain(error)?.text;
  return foreseen ?? `an unexpected failure:\n${error instanceof Error ? stackOf(error) : String(error)}`;
}

function stackOf(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own;
}
