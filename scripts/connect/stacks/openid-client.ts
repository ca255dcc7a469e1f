import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';
import { driveWebApp } from '../web-app.ts';

export const openidClient: Stack = {
  ...nodeProgram,
  name: 'openid-client',
  libraries: ['openid-client'],
  drive: driveWebApp(),
};
