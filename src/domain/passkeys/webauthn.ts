/**
 * What a browser answers for an authenticator (WebAuthn), read and verified. Nothing here knows accounts. The library comes with the
 * first answer: it is large, and most processes of an installation without passkeys never need it.
 */
import type { WebAuthnCredential } from '@simplewebauthn/server';
import type { Passkey } from '../../storage/factors/factors.ts';

/** Whom passkeys are for (WebAuthn 4, Relying Party). */
export interface RelyingParty {
  /** The host of the issuer. */
  readonly id: string;
  /** Of the issuer: the one origin that may ask for a signature. */
  readonly origin: string;
  /** Shown by browsers. */
  readonly name: string;
}

/** Far more than an answer has: a signature, a public key, a few hundred bytes of JSON. */
const MAX_CHARACTERS = 16 * 1024;
/** WebAuthn 7.1: an id has at most 1023 bytes. */
const MAX_ID_CHARACTERS = 1364;
/** RSA with 4096 bits has 530. */
const MAX_PUBLIC_KEY_BYTES = 1024;

const TRANSPORTS: readonly string[] = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** Ed25519, ES256 and RS256 (RFC 9053): what all authenticators have one of. */
export const ALGORITHMS: readonly number[] = [-8, -7, -257];

export interface Answer {
  /** The credential id, in base64url, as all that follows. */
  readonly id: string;
  readonly clientDataJSON: string;
  /** As the browser says that it was asked to sign it. */
  readonly challenge: string;
}

export interface Assertion extends Answer {
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle: string | undefined;
}

export interface Attestation extends Answer {
  readonly attestationObject: string;
  readonly transports: readonly string[];
}

type Members = ReadonlyMap<string, unknown>;

/** Its own members alone; none of what is no object. */
const membersOf = (value: unknown): Members =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

function parsedJson(text: string): Members {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return membersOf(undefined);
  }
}

/** In its one spelling: another decoder must not read other bytes. */
function base64urlOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return Buffer.from(value, 'base64url').toString('base64url') === value ? value : undefined;
}

function readAnswer(text: string): { readonly answer: Answer; readonly response: Members } | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const credential = parsedJson(text);
  const response = membersOf(credential.get('response'));
  const id = base64urlOf(credential.get('id'));
  const clientDataJSON = base64urlOf(response.get('clientDataJSON'));
  if (id === undefined || id.length > MAX_ID_CHARACTERS || clientDataJSON === undefined) return undefined;
  const clientData = parsedJson(Buffer.from(clientDataJSON, 'base64url').toString());
  const challenge = base64urlOf(clientData.get('challenge'));
  // WebAuthn 7.2, steps 9 and 10: our pages are in no frame. The library looks at the first of them only beside the second.
  const isFramed = (clientData.get('crossOrigin') ?? false) !== false || clientData.has('topOrigin');
  if (challenge === undefined || isFramed) return undefined;
  return { answer: { id, clientDataJSON, challenge }, response };
}

/** Undefined for whatever no browser sends. */
export function readAssertion(text: string): Assertion | undefined {
  const { answer, response } = readAnswer(text) ?? {};
  const authenticatorData = base64urlOf(response?.get('authenticatorData'));
  const signature = base64urlOf(response?.get('signature'));
  if (answer === undefined || authenticatorData === undefined || signature === undefined) return undefined;
  return { ...answer, authenticatorData, signature, userHandle: base64urlOf(response?.get('userHandle')) };
}

/** Undefined for whatever no browser sends. */
export function readAttestation(text: string): Attestation | undefined {
  const { answer, response } = readAnswer(text) ?? {};
  const attestationObject = base64urlOf(response?.get('attestationObject'));
  if (answer === undefined || attestationObject === undefined) return undefined;
  const said = response?.get('transports');
  return {
    ...answer,
    attestationObject,
    transports: Array.isArray(said) ? TRANSPORTS.filter((transport) => said.includes(transport)) : [],
  };
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64url, 'base64url'));

/** It throws plain errors at whatever is wrong, however deep in the bytes of a stranger. */
async function undefinedIfThrown<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}

export interface Verified {
  /** It was unlocked for this: by a PIN, a finger, a face (WebAuthn 4, User Verification). */
  readonly isUserVerified: boolean;
  /** How often it has signed, as it says; 0 where it does not count. */
  readonly counter: number;
}

/** Undefined unless it was signed by that passkey, for us. Whether the challenge is ours, and the counter grows, is the caller's to know. */
export function verifyAssertion(
  { id, clientDataJSON, challenge, authenticatorData, signature }: Assertion,
  passkey: Passkey,
  relyingParty: RelyingParty,
): Promise<Verified | undefined> {
  // A counter that does not grow is looked at by the caller, once the signature is known to be right: anybody could claim it.
  const credential: WebAuthnCredential = { id: passkey.id, publicKey: bytesOf(passkey.publicKey), counter: 0 };
  return undefinedIfThrown(async () => {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      requireUserVerification: false,
      credential,
    });
    const { userVerified, newCounter, credentialDeviceType } = authenticationInfo;
    // WebAuthn 7.2, step 18: whether a passkey may be synced never changes.
    if (!verified || id !== passkey.id || credentialDeviceType !== passkey.deviceType) return undefined;
    return { isUserVerified: userVerified, counter: newCounter };
  });
}

/** `none`, or signed by the new key itself, which says nothing of who made it: certificates and their revocation lists are not looked at. */
async function hasNoCertificate(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const decoded = decodeAttestationObject(bytesOf(attestationObject));
  const [format, statement] = [decoded.get('fmt'), decoded.get('attStmt')];
  return format === 'none' || (format === 'packed' && statement.get('x5c') === undefined);
}

/** Undefined unless it is a new passkey for us that was unlocked when it was made. */
export function verifyAttestation(
  { id, clientDataJSON, challenge, attestationObject, transports }: Attestation,
  relyingParty: RelyingParty,
): Promise<Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports' | 'deviceType'> | undefined> {
  return undefinedIfThrown(async () => {
    if (!(await hasNoCertificate(attestationObject))) return undefined;
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified || registrationInfo.credential.id !== id) return undefined;
    const { credential, credentialDeviceType } = registrationInfo;
    if (credential.publicKey.byteLength > MAX_PUBLIC_KEY_BYTES) return undefined;
    const publicKey = Buffer.from(credential.publicKey).toString('base64url');
    return { id, publicKey, counter: credential.counter, transports, deviceType: credentialDeviceType };
  });
}
