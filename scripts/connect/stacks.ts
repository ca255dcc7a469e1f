/** Every stack that is run, in the order of docs/connect/README.md. */
import type { Stack } from './stack.ts';
import { openidClient } from './stacks/openid-client.ts';

export const stacks: readonly Stack[] = [openidClient];
