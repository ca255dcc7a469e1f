/** Unpacks the browser that came with the packages into TMPDIR. Run as a process of its own, because the package knows no other place. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';

const packed = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
const archives = (await readdir(packed)).filter((name) => name.endsWith('.br'));
await Promise.all(archives.map((name) => inflate(packed + name)));
