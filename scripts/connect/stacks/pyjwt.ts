import { apiProgram } from '../call-api.ts';
import { pythonProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const pyjwt: Stack = {
  ...pythonProgram,
  ...apiProgram,
  name: 'pyjwt',
  libraries: ['PyJWT', 'Flask'],
  start: ['.venv/bin/python', 'api.py'],
};
