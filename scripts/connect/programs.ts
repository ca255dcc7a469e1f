/** How programs of each language are installed and started, unless their stack says otherwise. */
import type { Stack } from './stack.ts';

export const nodeProgram = {
  toolchain: 'node',
  install: [['npm', 'install']],
  start: ['node', 'app.js'],
} as const satisfies Partial<Stack>;

export const javaProgram = {
  toolchain: 'java',
  install: [['mvn', '--batch-mode', '--quiet', 'package']],
  start: ['java', '-jar', 'target/program.jar'],
} as const satisfies Partial<Stack>;

export const pythonProgram = {
  toolchain: 'python',
  install: [
    ['python3', '-m', 'venv', '.venv'],
    ['.venv/bin/python', '-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'],
  ],
} as const satisfies Partial<Stack>;

export const goProgram = {
  toolchain: 'go',
  install: [['go', 'build', '-o', 'program', '.']],
  start: ['./program'],
} as const satisfies Partial<Stack>;
