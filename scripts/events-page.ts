/** Writes docs/events.md from the list of security events: `npm run docs:events`. */
import { writeFile } from 'node:fs/promises';
import {
  type EventRule,
  eventRule,
  type SecurityEventName,
  securityEvents,
} from '../src/domain/events/security-events.ts';
import { keptEvents } from '../src/storage/records/events.ts';

const introduction = `# Security events

<!-- Written by \`npm run docs:events\` from src/domain/events: do not edit. -->

What happened, to whom, from where and why. The list is closed, and so are the reasons of each event: alarms and
searches can rely on the names. No event holds a password, a code, a token, a cookie or what else could be used again.

## Where they are

- **In the log**, one line each at level \`info\`, as JSON with \`"msg":"security event"\`. Lines of the admin command are on
  its standard error.
- **In the database**, encrypted, and bounded: a flood overwrites the oldest and never grows.

KEPT

\`npm run -s admin -- audit read\` shows them: \`--account A\`, \`--client C\`, \`--unknown\`, or without these what
administrators did. With account or client their events are deleted; what administrators did to them stays, by their ids. No page shows them.
An act of several steps is recorded once the first of them has happened, with the detail \`not finished\` where another one
failed; who repeats it finishes it. What was done to the database as a whole is in the log alone.

What anybody can cause, without a password, a token or the secret of a client, is kept apart and flushes nothing else; \`audit
read\` shows both in the order of time. Of throttled attempts one a minute is kept for an account or client and an address, while
the log has them all. A client without a secret proves nothing: its refusals are among those that anybody can cause.

Failures of sign-in with names that no account has are kept together, so that they take as long as others. An event
that is about nobody we know, such as a request with an unknown client id, is in the log alone, as are silent sign-ins.
A database that fails to keep an event fails no request: the log has a warning, and the event's line.

## Fields

| field | what it holds |
|---|---|
| \`event\`, \`outcome\`, \`reason\` | from the list below; \`outcome\` is \`success\` or \`failure\` |
| \`time\` | when |
| \`accountId\` | the account, by its id (the \`sub\` of its tokens) |
| \`accountReference\` | in place of what was typed where no such account is known: a keyed hash, equal for equal names, e-mail addresses and usernames in any spelling: upper and lower case, forms of a domain, blanks at the ends |
| \`clientId\` | the client, if it is registered; what somebody only claims to be is not written down |
| \`resource\` | identifier of a protected resource |
| \`address\` | where the request came from, proxies in \`TRUSTED_PROXIES\` not counted; \`command line\` for the admin command, \`mail queue\` for mails that are sent later |
| \`requestId\` | one HTTP request: \`X-Request-Id\` of its answer. One that a trusted proxy sent is kept if it has 1 to 64 of \`A-Z a-z 0-9 . _ -\` |
| \`signInId\` | one sign-in, from the authorization request over sign-in page, consent and code to the last refresh. A silent sign-in has one of its own; two sign-ins of one user have two. The \`request\` lines of the log have it too |
| \`endpoint\` | name of the route, never a path; \`operations\` for the operations port |
| \`detail\` | the reason in more words, for operators; its wording may change |

With \`LOG_LEVEL=debug\` each request has a line \`request details\` more: what oidc-provider reported, the *names* of the
parameters, which prompt came next and why, and which models were in play. Never a value.

## The list

`;

const keepers: Readonly<Record<EventRule['keeper'], string>> = {
  account: 'with the account',
  client: 'with the client',
  administration: 'with the acts of administrators',
  log: 'in the log alone',
};

const keptWords: Readonly<Record<keyof typeof keptEvents, string>> = {
  account: 'what happened to an account',
  'account, by anybody': 'failed and throttled sign-ins to an account, which anybody can cause',
  client: 'what administrators did to a client, and requests that it made, proving who it is, and that were refused',
  'client, by anybody': 'refusals in the name of a client that anybody can cause',
  'unknown accounts': 'sign-ins with names that no account has, all together',
  administration: 'what administrators did, beside the record of the account or client that they did it to',
};

function keptTable(): string {
  const rows = Object.entries(keptEvents).map(
    ([kind, { last, days }]) => `| ${keptWords[kind as keyof typeof keptEvents]} | the last ${last} | ${days} days |`,
  );
  return ['| what | how many | for how long |', '|---|---|---|', ...rows].join('\n');
}

function section(name: SecurityEventName): string {
  const { outcome, meaning, keeper, names, reasons, isByAnybody = false } = eventRule(name);
  const apart = isByAnybody ? ' among what anybody can cause' : '';
  const fields = names.map((field) => `\`${field}\``).join(', ');
  return [
    `### \`${name}\``,
    '',
    `${meaning} Outcome \`${outcome}\`, kept ${keepers[keeper]}${apart}${fields === '' ? '' : `, always with ${fields}`}.`,
    '',
    '| reason | when |',
    '|---|---|',
    ...Object.entries(reasons).map(([reason, when]) => `| \`${reason}\` | ${when} |`),
    '',
  ].join('\n');
}

export function eventsPage(): string {
  const names = Object.keys(securityEvents) as SecurityEventName[];
  return `${introduction.replace('KEPT', keptTable())}${names.map(section).join('\n')}`;
}

if (import.meta.main) await writeFile(new URL('../docs/events.md', import.meta.url), eventsPage());
