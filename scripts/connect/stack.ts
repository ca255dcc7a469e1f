/** What a stack is to `npm run connect`. */
import type { Page } from 'playwright-core';
import type { SignAsProvider } from './provider-keys.ts';
import type { ToolchainName } from './toolchains.ts';

/** As the admin command printed it. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string;
}

export interface User {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** What a run goes by. Addresses are origins, without a slash at the end. */
export interface Run {
  readonly issuer: string;
  /** The program of the stack. */
  readonly app: string;
  /** The example API; its resource identifier is this with a slash. */
  readonly api: string;
  /** As registered by the page's commands, in their order; the first is the program's. */
  readonly clients: readonly RegisteredClient[];
  readonly user: User;
  /** In no group. */
  readonly stranger: User;
  readonly sign: SignAsProvider;
  /** A browser that has never been here. */
  readonly page: Page;
}

export interface Stack {
  /** Of its folder in examples/snippets and of its page in docs/connect. */
  readonly name: string;
  readonly toolchain: ToolchainName;
  /** Packages whose versions are shown, as the toolchain calls them. */
  readonly libraries: readonly string[];
  /** Run one after another in a copy of the folder, unless its files are those of the last run. */
  readonly install: readonly (readonly string[])[];
  readonly start: readonly string[];
  /** Beside what the page of its client shows (src/web/developer/ready-code.ts). */
  readonly environment?: (run: Omit<Run, 'page'>) => Readonly<Record<string, string>>;
  /** Uses the program as a person does and returns what was seen, in a few words each; throws if that is not what should be. */
  readonly drive: (run: Run) => Promise<readonly string[]>;
}
