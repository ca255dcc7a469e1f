/** An MCP client as others write them: the client of the SDK, with a person who signs in at our pages. */
import { randomBytes } from 'node:crypto';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** Where MCP clients on a device listen for the answer: `none`, no `application_type`, and any port. */
const LOOPBACK = 'http://localhost:33418/callback';

export const USUAL: OAuthClientMetadata = {
  client_name: 'Agent',
  redirect_uris: [LOOPBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly sent: string;
  readonly status: number;
  readonly headers: Headers;
  readonly answer: string;
}

export interface McpClientOptions {
  readonly server: string;
  /** Goes to the pages of a sign-in, and returns the address that the browser is sent to. */
  readonly visit: (url: URL) => Promise<URL>;
  readonly metadata?: Partial<OAuthClientMetadata>;
  /** The address of its metadata document; registered otherwise. */
  readonly documentUrl?: string;
  /** Where it listens this time. */
  readonly redirectUrl?: string;
  readonly fetch?: typeof fetch;
}

/** Keeps what is kept for a client between two starts of it. */
class Memory implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata: OAuthClientMetadata;
  readonly clientMetadataUrl?: string;
  information: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  readonly visited: URL[] = [];
  #verifier = '';

  constructor({ metadata = {}, documentUrl, redirectUrl = LOOPBACK }: McpClientOptions) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = { ...USUAL, ...metadata };
    if (documentUrl !== undefined) this.clientMetadataUrl = documentUrl;
  }
  state = () => randomBytes(16).toString('hex');
  clientInformation = () => this.information;
  saveClientInformation(information: OAuthClientInformationMixed): void {
    this.information = information;
  }
  tokens = () => this.kept;
  saveTokens(tokens: OAuthTokens): void {
    this.kept = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.visited.push(url);
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier = () => this.#verifier;
}

export class McpClient {
  readonly memory: Memory;
  /** All that was asked and answered, in its order. */
  readonly exchanges: Exchange[] = [];
  /** What the browser brought back, sign-in by sign-in. */
  readonly answers: URL[] = [];
  readonly #options: McpClientOptions;

  constructor(options: McpClientOptions) {
    this.#options = options;
    this.memory = new Memory(options);
  }

  #transport(): StreamableHTTPClientTransport {
    const { server, fetch: fetchOf = fetch } = this.#options;
    const recorded: typeof fetch = async (input, init) => {
      const response = await fetchOf(input, init);
      const { status, headers } = response;
      const sent = String(init?.body ?? '');
      const answer = await response.clone().text();
      const exchange = { method: init?.method ?? 'GET', url: new URL(String(input)), sent, status, headers, answer };
      this.exchanges.push(exchange);
      return response;
    };
    return new StreamableHTTPClientTransport(new URL(server), { authProvider: this.memory, fetch: recorded });
  }

  /** Connects as a client that was just started, and calls a tool. Where the SDK sends its user away, they sign in, and it is started again. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const transport = this.#transport();
    const client = new Client({ name: 'agent', version: '1.0.0' });
    try {
      await client.connect(transport as Transport);
      const { content } = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] };
      return content[0]?.text ?? '';
    } catch (error) {
      const url = this.memory.visited.at(-1);
      if (!(error instanceof UnauthorizedError) || url === undefined) throw error;
      const answer = await this.#options.visit(url);
      this.answers.push(answer);
      await transport.finishAuth(String(answer.searchParams.get('code')));
    } finally {
      await client.close();
    }
    return this.call(name, args);
  }

  found(path: string): readonly Exchange[] {
    return this.exchanges.filter(({ url }) => url.pathname === path);
  }
}
