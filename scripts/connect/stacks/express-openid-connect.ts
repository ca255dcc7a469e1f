import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';
import { driveWebApp } from '../web-app.ts';

export const expressOpenidConnect: Stack = {
  ...nodeProgram,
  name: 'express-openid-connect',
  libraries: ['express-openid-connect'],
  drive: driveWebApp('/'),
};
