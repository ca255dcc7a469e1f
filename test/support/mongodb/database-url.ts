/** Names a database in a connection string that somebody gave. */

export function databaseUrl(uri: string, databaseName: string): string {
  const parts = /^(?<server>[^:]+:\/\/[^/?]+)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/.exec(uri)?.groups;
  if (parts === undefined) throw new TypeError('MONGODB_TEST_URI is not a MongoDB connection string');
  const { server = '', database, query } = parts;
  const settings = new URLSearchParams(query);
  // Who signs in is looked up in the database of the path, unless the settings name another.
  if (database && server.includes('@') && !settings.has('authSource')) settings.set('authSource', database);
  return `${server}/${databaseName}${settings.size > 0 ? `?${settings}` : ''}`;
}
