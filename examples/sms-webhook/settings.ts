/** What the example takes from the environment. */
import type { GatewayOptions } from './gateway.ts';

export interface Settings {
  readonly port: number;
  readonly secret: Uint8Array;
  /** Absent: texts are printed. */
  readonly gateway: GatewayOptions | undefined;
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(environment.PORT || 6000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('PORT: a number to 65535 is needed.');
  const secret = Buffer.from((environment.OTP_WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''), 'base64');
  if (secret.byteLength < 32)
    throw new TypeError('OTP_WEBHOOK_SECRET: the secret that the provider signs with is needed.');
  const { GATEWAY_URL: url, GATEWAY_AUTHORIZATION: authorization, DRY_RUN: dryRun } = environment;
  if (url !== undefined && url !== '') return { port, secret, gateway: { url, authorization } };
  if (dryRun !== '1')
    throw new TypeError('GATEWAY_URL: the address of an SMS gateway is needed, or DRY_RUN=1 to print codes.');
  return { port, secret, gateway: undefined };
}
