/** What can go wrong in this app itself, beside the errors that openid-client reports. */
export class NotStartedHere extends Error {
  override readonly name = 'NotStartedHere';
}

/** The provider's answer lacks an ID token or a refresh token. */
export class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/** A refresh returned the ID token of another user. */
export class SubjectChanged extends Error {
  override readonly name = 'SubjectChanged';
}
