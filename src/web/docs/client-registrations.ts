/** Causes of apps that register themselves, and of clients that are managed by a registration access token. */
import type { Cause } from './explanation.ts';

type Causes = Readonly<Record<string, Readonly<Record<string, Cause>>>>;

export const registrationTokenCauses: Causes = {
  'a registration needs an initial access token': {
    'registration-without-token': {
      why: 'The app registers itself without a token, and `REGISTRATION` is `token`.',
      fix: 'Ask whoever runs the service for an initial access token (`registration-token create`), and send it as `Authorization: Bearer …`.',
    },
  },
  'the initial access token is unknown, expired, revoked or used up': {
    'initial-access-token-gone': {
      why: 'The token was used as often as it allows, has expired, was revoked, or was mistyped. Anything else in `Authorization` is no such token either.',
      fix: 'Ask for another. `registration-token list` shows which can still be used.',
    },
  },
  'the address of a registration needs its registration access token': {
    'management-without-token': {
      why: 'A `registration_client_uri` was called without a token.',
      fix: 'Send the `registration_access_token` that the registration was answered with, as `Authorization: Bearer …`.',
    },
  },
  'the registration access token is unknown, was replaced, or is not of this client': {
    'registration-access-token-wrong': {
      why: 'Each update answers with a new token, and the one before ends. The token of another client, or of one that was removed, is none here.',
      fix: 'Use the token of the latest answer. Where it is lost, an administrator changes the client, or it registers again.',
    },
  },
};

export const registrationBodyCauses: Causes = {
  'the body {problem}': {
    'registration-body': {
      why: 'A registration or its update is one JSON object in UTF-8, not compressed, of 32 KB and ten levels at most.',
      fix: 'Send `Content-Type: application/json`.',
    },
  },
};

export const registeredUriCauses: Causes = {
  'redirect_uris{problem}': {
    'redirect-uri-not-registrable': {
      why: 'An app registers itself with a redirect URI that no client can have: `http` elsewhere than on a loopback address of a native app, a wildcard, a fragment, a user, or a scheme without a dot. Or with none.',
      fix: 'Register addresses with `https`; for an app on a device say `application_type: "native"`.',
    },
  },
};

export const registeredMetadataCauses: Causes = {
  '{member} is for administrators to set': {
    'registration-for-administrators': {
      why: 'An app registers itself, or updates its registration, with a member that only administrators set (docs/client-metadata.md).',
      fix: 'Leave it out: what an administrator set stays. Or let the policy of the initial access token name it.',
    },
  },
  '{member} was set by an administrator': {
    'registration-decided': {
      why: 'An administrator gave the client this member or took it away. The client cannot undo it.',
      fix: 'Leave it out of the update, or repeat it as it is.',
    },
  },
  'client_secret is not the one of this client: leave it out': {
    'registration-secret-wrong': {
      why: 'An update repeats the secret, and it is another one.',
      fix: 'Leave `client_secret` out of the update. The secret stays as it is.',
    },
  },
};
