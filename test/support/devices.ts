/** Devices without a keyboard, and the people who approve them (RFC 8628). */
import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { type App, appOf, PASSWORD } from './relying-party.ts';
import { newUser, type Page, type User } from './user.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEVICE_APP = {
  client_name: 'Television',
  grant_types: [DEVICE_GRANT, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
  first_party: true,
} as const;

export interface Device {
  /** The device's app, talking to one process or the other. */
  readonly appAt: (caller: number) => App;
  /** What it polls with. */
  readonly form: { readonly grant_type: string; readonly device_code: string };
  readonly userCode: string;
}

/** A device that shows its user code and waits. */
export async function newDevice(cluster: Cluster): Promise<Device> {
  const client = await cluster.createClient(DEVICE_APP);
  const [first, second] = cluster.processes.map(({ address }) => appOf({ issuer: address }, client)) as [App, App];
  const { body } = await first.post('/device/auth', { scope: 'openid email' });
  return {
    appAt: (caller) => (caller % 2 === 0 ? first : second),
    form: { grant_type: DEVICE_GRANT, device_code: String(body.device_code) },
    userCode: String(body.user_code),
  };
}

/** The page, at one of the processes, that asks whether this is the right device. */
export async function enterCode(
  { issuer }: Cluster,
  user: User,
  { userCode }: Device,
  address: string = issuer,
): Promise<Page> {
  // Forms lead to the issuer: a load balancer would choose the process, here the test does.
  const here = (page: Page): Page => ({ ...page, body: page.body.replaceAll(issuer, address) });
  const page = here(await user.open(`${address}/device`));
  return here(await user.submit(page, 'code-submit', { user_code: userCode }));
}

/** Somebody signs in and lets the device go on; the page returned says so. */
export async function approve(cluster: Cluster, device: Device): Promise<Page> {
  const login = `${randomUUID()}@example.com`;
  await cluster.createAccount({ email: login, password: PASSWORD });
  const user = newUser();
  const asked = await enterCode(cluster, user, device);
  const signIn = await user.submit(asked, 'confirm-submit');
  return user.submit(signIn, 'login-submit', { login, password: PASSWORD });
}
