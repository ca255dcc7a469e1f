import { apiProgram } from '../call-api.ts';
import { goProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const goOidcApi: Stack = {
  ...goProgram,
  ...apiProgram,
  name: 'go-oidc-api',
  libraries: ['github.com/coreos/go-oidc/v3'],
};
