import { apiProgram } from '../call-api.ts';
import { javaProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const springBootApi: Stack = {
  ...javaProgram,
  ...apiProgram,
  name: 'spring-boot-api',
  libraries: ['spring-boot', 'spring-security-oauth2-resource-server'],
};
