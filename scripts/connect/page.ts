/** Reads the pages of docs/connect: what is quoted there is what is run. */
import { readFile } from 'node:fs/promises';

const pages = new URL('../../docs/connect/', import.meta.url);

/** Where the pages say that things are: the runner puts its own addresses in their place. */
export const pageAddresses = {
  issuer: 'http://localhost:3000',
  app: 'http://localhost:4000',
  api: 'http://localhost:5000',
} as const;

/** A fenced block: its language, and the file that it quotes, if it names one (```js app.js). */
export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
  /** The nearest heading above it. */
  readonly heading: string;
}

export async function readPage(name: string): Promise<string> {
  return readFile(new URL(`${name}.md`, pages), 'utf8');
}

export function blocksOf(page: string): readonly Block[] {
  const found = page.matchAll(/^#+ (?<heading>.+)$|^```(?<language>\S+)(?: (?<file>\S+))?\n(?<text>[\s\S]*?)^```$/gm);
  const blocks: Block[] = [];
  let heading = '';
  for (const { groups } of found) {
    if (groups?.heading !== undefined) heading = groups.heading;
    else blocks.push({ language: groups?.language ?? '', file: groups?.file, text: groups?.text ?? '', heading });
  }
  return blocks;
}

/** The commands that register a stack's resources and clients: the one shell block under "Register". */
export function registrationOf(page: string): string {
  const [block, ...more] = blocksOf(page).filter(
    ({ heading, language }) => heading === 'Register' && language === 'sh',
  );
  if (block === undefined || more.length > 0) throw new Error('The page needs one block of sh under "Register".');
  return block.text;
}
