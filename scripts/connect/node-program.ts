import type { Stack } from './stack.ts';

/** How programs for Node are installed and started, unless their stack says otherwise. */
export const nodeProgram = {
  toolchain: 'node',
  install: [['npm', 'install']],
  start: ['node', 'app.js'],
} as const satisfies Partial<Stack>;
