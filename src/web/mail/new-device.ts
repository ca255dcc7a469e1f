/** After a sign-in: its owner is told by mail where the browser is new to the account. */
import type { Context } from 'koa';
import { type NewDeviceDeps, type SignInOnDevice, tellOfNewDevice } from '../../domain/notices/new-device.ts';
import { type Interaction, textParameter } from '../../provider/interactions.ts';
import { browserNames } from '../account/session-list.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import { requestLanguage } from '../pages/language.ts';

export type TellOfNewDevice = (
  ctx: Context,
  signIn: Pick<SignInOnDevice, 'account' | 'hasRegistered'> & { readonly interaction: Interaction },
) => Promise<void>;

export function createTellOfNewDevice(
  deps: NewDeviceDeps & { readonly deviceCookie: Pick<DeviceCookie, 'read'> },
): TellOfNewDevice {
  return (ctx, { account, hasRegistered, interaction }) =>
    tellOfNewDevice(
      {
        account,
        hasRegistered,
        device: deps.deviceCookie.read(ctx),
        language: requestLanguage(ctx, textParameter(interaction, 'ui_locales')),
        address: ctx.ip,
        browser: () => browserNames(ctx.get('User-Agent')),
      },
      deps,
    );
}
