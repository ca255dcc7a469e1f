/** What to say about each error that an app has to expect from its provider. */
export interface ProblemWords {
  /** HTTP status of the page. */
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** Errors that come back on the redirect (RFC 6749 4.1.2.1, OIDC Core 3.1.2.6, RFC 8707 2). */
export const redirectErrors: Readonly<Record<string, ProblemWords>> = {
  access_denied: {
    status: 403,
    title: 'You said no, and that is fine',
    text: 'Nothing was shared with this app and you are not signed in here. You can try again whenever you like.',
  },
  login_required: {
    status: 403,
    title: 'Please sign in first',
    text: 'The provider wants to see you sign in before it answers.',
  },
  temporarily_unavailable: {
    status: 503,
    title: 'The provider is busy',
    text: 'It cannot sign anybody in right now. Wait a moment and try again.',
  },
  server_error: {
    status: 502,
    title: 'The provider had a problem',
    text: 'Something went wrong on its side. Trying again often helps.',
  },
  invalid_scope: {
    status: 500,
    title: 'This app asked for too much',
    text: 'It is not registered for one of the permissions it asked for. Its developer has to change that.',
  },
  invalid_target: {
    status: 500,
    title: 'The provider does not know the API',
    text: 'The API that this app wants to call is not registered at the provider. Its developer has to change that.',
  },
};

/** Errors of the token endpoint (RFC 6749 5.2). */
export const tokenErrors: Readonly<Record<string, ProblemWords>> = {
  invalid_grant: {
    status: 400,
    title: 'The provider ended this sign-in',
    text: 'What this app presented was used before, has expired or was revoked. Please sign in again.',
  },
  invalid_client: {
    status: 500,
    title: 'The provider does not recognise this app',
    text: 'Its client id or secret is wrong. Its developer has to change that.',
  },
};

export const refused: ProblemWords = {
  status: 400,
  title: 'The sign-in did not work',
  text: 'The provider refused it. The lines below say why; you can try again.',
};

export const notStartedHere: ProblemWords = {
  status: 400,
  title: 'This sign-in was not started here',
  text: 'It was already finished, took too long, or began in another browser. Start it again from here.',
};

export const incompleteAnswer: ProblemWords = {
  status: 500,
  title: 'The provider answered with less than this app needs',
  text: 'It wants an ID token and a refresh token: register it with the grant types authorization_code and refresh_token.',
};

export const subjectChanged: ProblemWords = {
  status: 502,
  title: 'The provider changed its mind about who you are',
  text: 'A refresh returned tokens of another user, so this app ended the sign-in.',
};

export const notTrusted: ProblemWords = {
  status: 400,
  title: 'The answer could not be trusted',
  text: 'It failed one of the checks that protect you (who sent it, for whom, when), so this app did not use it.',
};

export const unreachable: ProblemWords = {
  status: 502,
  title: 'The provider cannot be reached',
  text: 'This app got no answer from it. Check that it is running, then try again.',
};

export const noteRefused: ProblemWords = {
  status: 502,
  title: 'The API did not take the note',
  text: 'If the access token has ended or does not allow it, refresh the tokens or sign in again.',
};
