/** Writes docs/client-metadata.md from the table of members: `npm run docs:metadata`. */
import { writeFile } from 'node:fs/promises';
import { memberGroups, taggedLanguages } from '../src/domain/clients/metadata/members.ts';
import { refusedMembers } from '../src/domain/clients/metadata/refused-members.ts';
import type { Member } from '../src/domain/clients/metadata/standard-members.ts';
import { metadataFlags } from './admin/client-flags.ts';

const introduction = `# Client metadata

<!-- Written by \`npm run docs:metadata\` from src/domain/clients: do not edit. -->

Every member that a client can be registered with: what it does, what holds without it, who may set it, and what enforces it. The names are
those of RFC 7591, OpenID Connect Registration and their extensions. An administrator sets them with \`client create\` and \`client update\`:
by flags, or as JSON from a file or on standard input (\`-\`). Flags that stand beside \`--metadata\` go over it, for both verbs:

\`\`\`
npm run -s admin -- client create --metadata - < client.json
echo '{"client_uri": "https://app.example.com/", "logo_uri": null}' | npm run -s admin -- client update CLIENT_ID --metadata -
\`\`\`

\`null\` takes a member away, a list that is named replaces the old one. Of \`--type web\`, \`native\`, \`spa\` and \`service\` each begins with other
values (\`client create --help\`); \`--metadata\` without \`--type\` begins with the defaults below.

**What nothing enforces is refused**, on the command line and in registrations alike (\`invalid_client_metadata\`), with the reason: a client is never
told that it is protected, or served, as it is not. All that is wrong is said at once. A member that nobody knows is refused on the command line,
with the nearest name that there is, and so is one that only the code flow uses (†) for a client that no user signs in to; in a registration it is left out of the answer, as RFC 7591 2 wants.

A client that an earlier version stored with a member that is refused now cannot be used until an administrator takes it away: each request of it
is \`invalid_client_metadata\`, the event in the log names client and member, and \`client list\` and \`client show\` have a note.

**URIs** are compared as exact strings, and written as browsers read them: scheme and host in lower case, addresses in their usual form, names
of other scripts as punycode; no user, fragment, wildcard, \`..\`, backslash or other character that RFC 3986 does not have, encoded or not; at
most 2000 characters. Where answers are sent there is no parameter that the answer brings (\`code\`, \`state\`, \`iss\`, \`id_token\`, \`access_token\`). All are https; a
native app (\`application_type\`) has http on \`127.0.0.1\`, \`[::1]\` and \`localhost\` too, with any port, and schemes like \`com.example.app\` (RFC 8252
7.1). Schemes without a dot (\`exp\`, \`oc\`) are for administrators to allow, client by client: \`--allow-scheme exp\`; those that run, show or fetch
something (\`javascript\`, \`data\`, \`file\`, \`intent\` and their like) nobody can. Links that people follow may be http, with a fragment.

**Enforced by** names our file, or the rule that oidc-provider enforces; each has a test. *Set by client*: a client that registers itself, or that is known by a [metadata document](metadata-documents.md), may set it,
and an administrator. *Administrator*: an administrator alone. *Made here*: by the provider; what a migration may bring along when it creates
the client says so. \`#\` behind a name: also in a language of the pages (${taggedLanguages.map((language) => `\`client_name#${language}\``).join(', ')}; RFC 7591 2.2). \`†\`: without the grant \`authorization_code\` it has no effect.

`;

function flagsOf(member: string): string {
  return metadataFlags
    .filter((row) => row.member === member)
    .map(({ flag }) => `\`${flag.replace(/ <.*/, '')}\``)
    .join(', ');
}

function setter({ setBy, isBroughtAlong }: Member): string {
  if (setBy !== 'provider') return setBy;
  return isBroughtAlong ? 'made here, or brought along' : 'made here';
}

function enforcer(enforcedBy: string): string {
  return enforcedBy.replace(/src\/[\w/-]+\.ts/g, (file) => `[${file.replace(/.*\//, '')}](../${file})`);
}

function row(name: string, member: Member): string {
  const { meaning, byDefault, enforcedBy, isTagged, isOfCodeFlow } = member;
  const cells = [
    `\`${name}\`${isTagged ? ' #' : ''}${isOfCodeFlow ? ' †' : ''}`,
    meaning,
    byDefault,
    setter(member),
    enforcer(enforcedBy),
    flagsOf(name),
  ];
  return `| ${cells.join(' | ')} |`;
}

function group(title: string, members: Readonly<Record<string, Member>>): string {
  const rows = Object.entries(members).map(([name, member]) => row(name, member));
  const head = ['| member | what it does | without it | set by | enforced by | flag |', '|---|---|---|---|---|---|'];
  return [`## ${title}`, '', ...head, ...rows, ''].join('\n');
}

function refused(): string {
  const byReason = Map.groupBy(refusedMembers, ([, { reason }]) => reason);
  const rows = Array.from(byReason, ([reason, entries]) => {
    const names = entries.map(([name, { harmless }]) =>
      harmless === undefined ? `\`${name}\`` : `\`${name}\` (but \`${JSON.stringify(harmless)}\`)`,
    );
    return `| ${names.join(', ')} | ${reason} |`;
  });
  const head = ['| member | why |', '|---|---|'];
  const text = 'A value that asks for nothing ("but") is let through: libraries send it.';
  return ['## Refused', '', text, '', ...head, ...rows, ''].join('\n');
}

export function clientMetadataPage(): string {
  const groups = Object.entries<Readonly<Record<string, Member>>>(memberGroups);
  return `${introduction}${groups.map(([title, members]) => group(title, members)).join('\n')}\n${refused()}`;
}

if (import.meta.main) await writeFile(new URL('../docs/client-metadata.md', import.meta.url), clientMetadataPage());
