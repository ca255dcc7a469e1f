/**
 * Which views there are, which fields each is given, and which words: a folder may rely on them for as long as this version is served
 * (docs/pages.md). Within a version fields, words and views are added, never removed or given another meaning.
 */
export const CONTRACT_VERSION = 1;
/** Says in the folder which version it was written for. */
export const CONTRACT_FILE = 'contract.json';

function versionIn(text: string): unknown {
  try {
    const stated: unknown = JSON.parse(text);
    return typeof stated === 'object' && stated !== null && 'version' in stated ? stated.version : undefined;
  } catch {
    return undefined;
  }
}

interface ContractFindings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const form = `{ "version": ${CONTRACT_VERSION} }`;

/** `text`: of the file, if there is one. */
export function checkContract(text: string | undefined, hasViews: boolean): ContractFindings {
  if (text === undefined) {
    const warning = `does not say which version of the contract of views it was written for, so ${CONTRACT_VERSION} is assumed: write ${form} into ${CONTRACT_FILE}`;
    return { problems: [], warnings: hasViews ? [warning] : [] };
  }
  const version = versionIn(text);
  if (version === CONTRACT_VERSION) return { problems: [], warnings: [] };
  const problem =
    typeof version === 'number' && Number.isSafeInteger(version) && version > 0
      ? `was written for version ${version} of the contract of views, and this Latchkey serves ${CONTRACT_VERSION}: compare the views with docs/pages.md`
      : `holds a ${CONTRACT_FILE} that names no version; it must be ${form}`;
  return { problems: [problem], warnings: [] };
}
