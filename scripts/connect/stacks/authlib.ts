import { randomBytes } from 'node:crypto';
import { pythonProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';
import { driveWebApp } from '../web-app.ts';

export const authlib: Stack = {
  ...pythonProgram,
  name: 'authlib',
  libraries: ['Authlib', 'Flask'],
  start: ['.venv/bin/python', 'app.py'],
  environment: () => ({ SESSION_KEY: randomBytes(32).toString('hex') }),
  drive: driveWebApp(),
};
