import { goProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';
import { driveWebApp } from '../web-app.ts';

export const goOidc: Stack = {
  ...goProgram,
  name: 'go-oidc',
  libraries: ['github.com/coreos/go-oidc/v3', 'golang.org/x/oauth2'],
  drive: driveWebApp(),
};
