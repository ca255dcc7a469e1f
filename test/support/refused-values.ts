/** What a client would send of a member that is refused. */
export function valuesOf(name: string): readonly unknown[] {
  if (/_supported$|^authorization_details_types$/.test(name)) return [['RS256'], ['ES256', 'none'], 'RS256'];
  if (name === 'subject_type') return ['pairwise', ['public'], ''];
  if (name === 'request_uris')
    return [['https://app.example.com/request.jwt'], 'https://app.example.com/request.jwt', [[]]];
  if (/^require_|_required$|_access_tokens$|_aliases$|_parameter$/.test(name)) return [true, 'false', 0, null];
  if (/_uri$|_endpoint$/.test(name)) return ['https://app.example.com/', ''];
  return ['RS256', 'x', null];
}
