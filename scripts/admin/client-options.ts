/** The flags by which `client create` and `client update` describe a client. */
import type { Command } from 'commander';
import type { CommonOptions } from './run-verb.ts';

export interface ClientOptions extends CommonOptions {
  readonly metadata?: string;
  readonly name?: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutRedirectUri?: readonly string[];
  readonly resource?: readonly string[];
  readonly corsOrigin?: readonly string[];
  readonly firstParty?: boolean;
}

export function withClientOptions(command: Command): Command {
  return command
    .option('--metadata <file>', 'client metadata as one JSON object (RFC 7591 names); "-" reads standard input')
    .option('--name <name>', 'the name that people see')
    .option('--redirect-uri <uri...>', 'where the app takes people back; repeat for more')
    .option('--post-logout-redirect-uri <uri...>', 'where people go after signing out; repeat for more')
    .option('--resource <identifier...>', 'resource that the client may ask for; repeat for more')
    .option('--cors-origin <origin...>', 'origin of browser pages that may call for the client; repeat for more')
    .option('--first-party', 'one of your own apps: people are not asked for consent');
}
