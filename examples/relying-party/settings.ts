/** Reads the example's settings from the environment; a missing one is named, all at once. */
const defaultPort = 4000;

export interface RelyingPartyOptions {
  /** What the pages call this app. */
  readonly name: string;
  /** Where browsers find it, without a path. */
  readonly baseUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Resource indicator of the API (RFC 8707 2). */
  readonly resource: string;
  readonly apiUrl: string;
}

export interface Settings {
  readonly port: number;
  readonly options: RelyingPartyOptions;
}

export class SettingsMissing extends Error {
  override readonly name = 'SettingsMissing';
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const missing: string[] = [];
  const required = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') missing.push(name);
    return value ?? '';
  };

  const port = Number(environment.PORT ?? defaultPort);
  const options = {
    name: environment.APP_NAME ?? 'Fieldnotes',
    baseUrl: environment.BASE_URL ?? `http://localhost:${port}`,
    issuer: required('ISSUER'),
    clientId: required('CLIENT_ID'),
    clientSecret: required('CLIENT_SECRET'),
    resource: required('RESOURCE'),
    apiUrl: required('API_URL'),
  };
  if (missing.length > 0) throw new SettingsMissing(`set these environment variables: ${missing.join(', ')}`);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new SettingsMissing('PORT must be a port number');
  return { port, options };
}
