/** Where texts leave as SMS. Write your gateway's own request here; most are much like this one. */

export interface Sms {
  readonly to: string;
  readonly text: string;
}

export type SendSms = (sms: Sms) => Promise<void>;

/** The provider waits for five seconds. */
const DEADLINE_MILLISECONDS = 4000;

export interface GatewayOptions {
  readonly url: string;
  /** Value of the header of that name: 'Bearer ...' or 'Basic ...'. */
  readonly authorization?: string | undefined;
}

export function smsGateway({ url, authorization }: GatewayOptions): SendSms {
  return async (sms) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(sms),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  };
}

/** For a first look alone: whoever reads the output can sign in with what it shows. */
export function printed(print: (line: string) => void): SendSms {
  return async ({ to, text }) => print(`SMS to ${to}: ${text}`);
}
