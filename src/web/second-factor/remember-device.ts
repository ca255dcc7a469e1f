/** The box by which a browser needs no second factor for some time. */
import type { Context } from 'koa';
import { DEVICE_REMEMBERED_SECONDS, type DeviceMemory } from '../../domain/factors/remembered-devices.ts';
import type { RememberedDeviceCookie } from '../../provider/protection/remembered-device-cookie.ts';
import type { AccountFactors } from '../../storage/factors/factors.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { PostedStep } from '../interactions/step.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';

const DAY_SECONDS = 24 * 60 * 60;

export function rememberDeviceLabel(language: Language): string {
  const days = new Intl.NumberFormat(language).format(DEVICE_REMEMBERED_SECONDS / DAY_SECONDS);
  return dictionaryOf(language).secondFactor.rememberDevice(days);
}

/** Whether the box is ticked. */
export const remembersDevice = ({ form }: Pick<PostedStep, 'form'>): boolean => form.get('remember_device') === 'yes';

export interface RememberDeviceDeps {
  readonly deviceMemory: Pick<DeviceMemory, 'remember'>;
  readonly rememberedDeviceCookie: RememberedDeviceCookie;
}

/** `has`: the factors as they were before one of them was proven. A change since then ends what is remembered here. */
export async function rememberDevice(
  ctx: Context,
  account: Account,
  has: Pick<AccountFactors, 'changedAt'>,
  { deviceMemory, rememberedDeviceCookie }: RememberDeviceDeps,
): Promise<void> {
  const before = rememberedDeviceCookie.read(ctx, account.id);
  const token = await deviceMemory.remember(before, account, has, ctx.get('User-Agent'));
  rememberedDeviceCookie.write(ctx, account.id, token);
}
