/** The pages at /developer. */
import type { ClientType } from '../../../../domain/clients/metadata/kinds.ts';
import type { MemberProblemCode } from '../../../../domain/domain-error.ts';

interface Named {
  readonly label: string;
  readonly advice: string;
}

export const developer = {
  heading: 'Your clients',
  explanation:
    'Apps and services that sign people in here, or get tokens for themselves. Nobody else sees or changes the ones that you register.',
  none: 'You have none yet. It takes a name, and the address that people come back to after they signed in.',
  newClient: 'Register a client',
  full: (most: string) =>
    `You have ${most} clients, as many as one person can have. Remove one before you register another.`,
  removed: 'The client is removed, and all that it could do has ended.',
  toAccount: 'Your account',
  toClients: 'All your clients',
  since: 'Registered on',
  types: {
    web: { label: 'Web app', advice: 'Runs on a server, which keeps its secret.' },
    spa: { label: 'Browser app', advice: 'Runs in the browser alone: it can keep no secret.' },
    native: {
      label: 'App for phones and computers',
      advice: 'Runs where people have it installed: it can keep no secret.',
    },
    service: { label: 'Machine client', advice: 'Gets tokens for itself, from a server. Nobody signs in to it.' },
  } satisfies Readonly<Record<ClientType, Named>>,
  form: {
    type: 'What kind of client is it?',
    more: 'More settings',
    create: 'Register',
    save: 'Save',
    problemHeading: 'Nothing is saved yet',
    notSaved: 'Nothing is saved yet. Press the button again.',
    /** What was typed is more than can be kept over a sign-in in the same window. */
    proveElsewhere: 'Your sign-in is too long ago. Sign in again in a new tab, then press the button here again.',
    prove: 'Sign in again',
    byDefault: 'What suits the kind of client',
  },
  fields: {
    client_name: { label: 'Name', advice: 'What people see when they sign in.' },
    redirect_uris: {
      label: 'Redirect URIs',
      advice: 'Where people come back to, one a line, compared letter by letter. A machine client has none.',
    },
    post_logout_redirect_uris: {
      label: 'Redirect URIs after signing out',
      advice: 'Where people may go after they signed out, one a line.',
    },
    token_endpoint_auth_method: {
      label: 'How it proves who it is',
      advice: 'At the token endpoint and wherever else.',
    },
    jwks_uri: { label: 'Address of its public keys', advice: 'For a client that proves itself by a key.' },
    jwks: { label: 'Public keys', advice: 'In place of their address: a JWK set as JSON. Never a private key.' },
    scope: {
      label: 'Scopes',
      advice: 'The only ones that it may ask for, with blanks between them. Empty: all but roles.',
    },
    id_token_signed_response_alg: { label: 'Signature of ID tokens', advice: 'What its library expects.' },
    client_uri: { label: 'Home page', advice: 'A link of the pages of a sign-in.' },
    logo_uri: { label: 'Logo', advice: 'The address of a picture.' },
    policy_uri: { label: 'Privacy policy', advice: 'A link of the page that asks for consent.' },
    tos_uri: { label: 'Terms of service', advice: 'A link of the page that asks for consent.' },
    contacts: { label: 'Contacts', advice: 'E-mail addresses, one a line: for the people who run this service.' },
    initiate_login_uri: {
      label: 'Where a sign-in begins',
      advice: 'The address of your app that begins one, for people who come from here.',
    },
    backchannel_logout_uri: {
      label: 'Back-channel logout',
      advice: 'Where a logout token is sent when a session of the client ends.',
    },
  },
  problems: {
    name_missing: 'Give it a name: people see it when they sign in.',
    name_invisible: 'This name holds nothing that can be seen.',
    redirect_uri_missing: 'Enter the address that people come back to after they signed in.',
    no_code_flow: 'A machine client has none of this: nobody signs in to it.',
    keys_malformed: 'This is no JWK set. One is like {"keys": [...]}.',
    keys_private:
      'Here is a private key among the keys. Enter the public ones only, and make a new pair if anybody has seen it.',
  } satisfies Readonly<Record<MemberProblemCode, string>>,
  methods: {
    client_secret_basic: 'A secret, in the header',
    client_secret_post: 'A secret, in the body',
    private_key_jwt: 'A key of its own',
    none: 'Not at all, as a public client',
  },
  decided: {
    heading: 'Set by an administrator',
    explanation: 'This holds for the client, and cannot be changed here. Ask the people who run this service.',
    isEmpty: 'not set',
  },
  facts: {
    clientId: 'Client ID',
    heading: 'What it is registered as',
    kind: 'Kind',
    issuer: 'Issuer',
    grants: 'Grants',
  },
  settings: 'Settings',
  secret: {
    heading: 'Secret',
    once: 'This is the client’s secret. It is shown this one time: copy it to where your app keeps its secrets, now.',
    label: 'Client secret',
    kept: 'The secret was shown when it was made, and cannot be shown again. If it was lost, or somebody saw it, make a new one.',
    olderUntil: (time: string) => `The one before it works until ${time}.`,
    overlap: 'The secret it has now',
    atOnce: 'stops at once',
    hours: (hours: string) => `goes on working for ${hours}`,
    rotate: 'Make a new secret',
    problem: 'Choose for how long the secret that it has now goes on working.',
  },
  readyCode: {
    beginSignIn: 'Sign in to this app',
    heading: 'Code for it',
    explanation:
      'Programs that sign people in, or take tokens, with the values of this client in the commands. Put the files into a folder, and enter the commands there.',
    filled:
      'The secret is in the commands this one time: whoever sees them has it. Copy it first, for the page of another program has it no more.',
    unfilled: 'In place of the secret there are words: put your secret there.',
    lacks: 'This program sends a redirect URI that is not registered yet. Add it in the settings:',
    commands: 'In a terminal',
    copy: 'Copy',
    copied: 'Copied',
  },
  refusals: {
    heading: 'Last refusals',
    explanation:
      'What was refused to this client, or in its name, within the last 7 days. Whose sign-in it was is not shown.',
    none: 'Nothing was refused within the last 7 days.',
    at: 'Endpoint',
    whatToDo: 'What to do about it',
  },
  removal: {
    heading: 'Remove the client',
    explanation: 'What ends at once, and comes back by nothing:',
    ends: {
      signIn: 'Nobody can sign in to it any more.',
      tokens: 'Every token and every permission that people gave it.',
      secret: 'Its secret, its client_id and these settings.',
    },
    understood: 'I know that what uses this client stops working.',
    submit: 'Remove this client',
    problem: 'Tick the box if you really want to remove this client.',
  },
  messages: {
    signed_out: {
      heading: 'You are not signed in here any more',
      explanation: 'Nothing was done just now. Sign in to see your clients, and begin again.',
      button: 'Sign in',
    },
    no_role: {
      heading: 'This page is for developers',
      explanation:
        'Your account does not have the role that it takes. Ask the people who run this service to give it the role “developer”.',
      button: 'Your account',
    },
    client_unknown: {
      heading: 'There is no such client of yours',
      explanation: 'It was removed, or it never was one of yours. Nothing was done just now.',
      button: 'Your clients',
    },
    made_already: {
      heading: 'This client is registered already',
      explanation:
        'The form was sent before, and its secret was shown then. It cannot be shown again: if you do not have it, make a new one.',
      button: 'To the client',
    },
    form_used: {
      heading: 'This form was used already',
      explanation:
        'It made a client before, which has another name or was removed since. Nothing was registered just now: begin again for another one.',
      button: 'Your clients',
    },
    secret_rotated: {
      heading: 'This client has got another secret since',
      explanation: 'No new secret was made just now: the one that was shown last goes on working.',
      button: 'To the client',
    },
    no_secret: {
      heading: 'This client has no secret any more',
      explanation: 'How it authenticates was changed since you opened the page. No secret was made just now.',
      button: 'To the client',
    },
    clients_full: {
      heading: 'You have as many clients as one person can have',
      explanation: 'Nothing was registered just now. Remove a client that nothing uses any more, then begin again.',
      button: 'Your clients',
    },
  },
};
