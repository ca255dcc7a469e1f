/**
 * What the metadata of a client must say that is registered for the FAPI 2.0 Security Profile (`fapi_profile`). What it leaves
 * open gets the value that the profile demands; what contradicts the profile is refused.
 */
import { signingAlgorithms } from '../../../storage/records/keys.ts';
import type { MemberProblem } from '../../domain-error.ts';
import { usesCodeFlow } from './sign-in.ts';

type Metadata = Readonly<Record<string, unknown>>;

const PROFILE = '2.0';

/** FAPI 2.0 Security Profile 5.4.1: for what the client signs. RS256 is not among them. */
export const fapiAlgorithms: readonly unknown[] = ['PS256', 'ES256', 'Ed25519', 'EdDSA'];

/** For what we sign: those of them that we have keys for. */
const ourFapiAlgorithms = signingAlgorithms.filter((alg) => fapiAlgorithms.includes(alg));

export const isRegisteredForFapi = (client: Metadata): boolean => client.fapi_profile === PROFILE;

export function withFapiDefaults(metadata: Metadata): Metadata {
  if (!isRegisteredForFapi(metadata)) return metadata;
  return {
    dpop_bound_access_tokens: true,
    ...(usesCodeFlow(metadata) && {
      require_pushed_authorization_requests: true,
      id_token_signed_response_alg: 'ES256',
      authorization_signed_response_alg: 'ES256',
    }),
    ...metadata,
  };
}

interface Demand {
  readonly member: string;
  readonly values: readonly unknown[];
  /** Absent: of every client. */
  readonly ofCodeFlow?: true;
}

const either = [undefined, ...fapiAlgorithms];

const demands: readonly Demand[] = [
  { member: 'fapi_profile', values: [PROFILE] },
  // 5.3.2.1: confidential clients, which prove themselves by a key.
  { member: 'token_endpoint_auth_method', values: ['private_key_jwt'] },
  { member: 'token_endpoint_auth_signing_alg', values: fapiAlgorithms },
  { member: 'allow_endpoint_audience', values: [undefined, false] },
  // 5.3.2.1: sender-constrained access tokens, and no rotation of refresh tokens.
  { member: 'dpop_bound_access_tokens', values: [true] },
  { member: 'refresh_grace_seconds', values: [undefined] },
  // 5.3.2.2: pushed requests with PKCE.
  { member: 'require_pushed_authorization_requests', values: [true], ofCodeFlow: true },
  { member: 'require_pkce', values: [undefined, true] },
  { member: 'request_object_signing_alg', values: either },
  { member: 'id_token_signed_response_alg', values: ourFapiAlgorithms, ofCodeFlow: true },
  { member: 'authorization_signed_response_alg', values: ourFapiAlgorithms, ofCodeFlow: true },
];

function demandOf({ member, values }: Demand): string {
  const accepted = values.filter((value) => value !== undefined && value !== false);
  if (accepted.length === 0) return `${member} cannot be set`;
  return `${member} must be ${accepted.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`;
}

/** What is wrong with the metadata, or undefined. */
export function fapiProblem(metadata: Metadata): MemberProblem | undefined {
  if (metadata.fapi_profile === undefined) return undefined;
  const isCodeFlow = usesCodeFlow(metadata);
  const unmet = demands.find(
    ({ member, values, ofCodeFlow }) => (isCodeFlow || ofCodeFlow !== true) && !values.includes(metadata[member]),
  );
  return unmet && { member: unmet.member, text: `under the FAPI 2.0 profile ${demandOf(unmet)}` };
}
