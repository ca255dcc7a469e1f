/** Calls the API with the access token, as any HTTP client would: the token goes into one header (RFC 6750 2.1). */
const deadlineMs = 5000;

export interface ApiAnswer {
  /** What was asked, without the token. */
  readonly request: string;
  /** Absent when the API could not be reached. */
  readonly status?: number;
  readonly body: unknown;
  /** Why the API refused, in its own words (RFC 6750 3). */
  readonly challenge?: string;
}

export class ApiRefused extends Error {
  override readonly name = 'ApiRefused';
  readonly answer: ApiAnswer;

  constructor(answer: ApiAnswer) {
    super(`the API answered ${answer.request} with ${answer.status ?? 'nothing'}`);
    this.answer = answer;
  }
}

export class NotesApi {
  readonly #address: URL;

  /** `apiUrl` ends with a slash. */
  constructor(apiUrl: string) {
    this.#address = new URL('notes', apiUrl);
  }

  read(accessToken: string): Promise<ApiAnswer> {
    return this.#call('GET', accessToken);
  }

  add(accessToken: string, text: string): Promise<ApiAnswer> {
    return this.#call('POST', accessToken, JSON.stringify({ text }));
  }

  removeAll(accessToken: string): Promise<ApiAnswer> {
    return this.#call('DELETE', accessToken);
  }

  async #call(method: string, accessToken: string, json?: string): Promise<ApiAnswer> {
    const request = `${method} ${this.#address.href}`;
    try {
      const response = await fetch(this.#address, {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: json }),
        // Never follow a redirect with a token in hand: it could lead to another server.
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      });
      const challenge = response.headers.get('www-authenticate');
      const body: unknown = await response.json().catch(() => null);
      return { request, status: response.status, body, ...(challenge === null ? {} : { challenge }) };
    } catch {
      return { request, body: null };
    }
  }
}
