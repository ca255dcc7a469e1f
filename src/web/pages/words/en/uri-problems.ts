import type { UriProblemCode } from '../../../../domain/clients/metadata/uris.ts';

/** What is wrong with a URI of a client. */
export const uriProblems = {
  uri_user: 'A URI holds no user and no password.',
  uri_too_long: 'This URI is too long: it has at most 2000 characters.',
  uri_characters:
    'This URI holds a blank, a backslash, a wildcard or another character that a URI does not have. Write the rest percent-encoded, and the name of a host as punycode (xn--).',
  uri_not_absolute: 'This is no complete URI. It begins like https://app.example.',
  uri_fragment: 'This URI has a fragment. Leave out the # and what follows.',
  uri_not_https: 'This URI must begin with https://.',
  uri_scheme: 'This URI must begin with https://, or have a scheme like com.example.app.',
  uri_host: 'The host of this URI is hidden or incomplete. Write its plain name or address.',
  uri_port: 'A port is a number from 1 to 65535.',
  uri_spelling: 'Browsers write this URI in another way: scheme and host in lower case, an address in its usual form.',
  uri_path: 'Between slashes, this URI holds . or .. alone. Write the path that it leads to.',
  uri_parameters: 'This URI has a parameter of the answer, such as code, state or iss. Give it another name.',
  uri_no_origin: 'This is no origin. One is like https://app.example.',
} satisfies Readonly<Record<UriProblemCode, string>>;
