/** Finds the browser for tests and for `npm run connect`: unpacked once from the installed packages into the ignored cache. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cacheFolder = fileURLToPath(new URL('../../.cache/', import.meta.url));
const unpacker = fileURLToPath(new URL('unpack-chromium.ts', import.meta.url));

export interface PackedChromium {
  readonly executablePath: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function packedVersion(): Promise<string> {
  // Read as a file: the package does not export its manifest.
  const manifest = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'));
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'));
  return version;
}

// The packed font first, so that screenshots look alike on machines with other fonts, or with none.
const preferredFonts = { 'sans-serif': 'Open Sans', 'system-ui': 'Open Sans', monospace: 'DejaVu Sans Mono' };

function fontConfiguration(folder: string): string {
  const aliases = Object.entries(preferredFonts).map(
    ([family, font]) =>
      `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  ${aliases.join('\n  ')}
</fontconfig>
`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Test files run side by side: each unpacks into a folder of its own, and the first rename wins. */
async function unpackInto(folder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const unpacked = await mkdtemp(`${cacheFolder}unpacking-`);
  try {
    await run(process.execPath, [unpacker], { env: { ...process.env, TMPDIR: unpacked } });
    await writeFile(`${unpacked}/fonts.conf`, fontConfiguration(folder));
    await rename(unpacked, folder);
  } catch (error) {
    await rm(unpacked, { recursive: true, force: true });
    if (!(await exists(`${folder}/chromium`))) throw error;
  }
}

/** Libraries that the machine lacks are taken from the package; its own come first, being the ones it keeps up to date. */
async function lacksLibraries(executablePath: string): Promise<boolean> {
  const { stdout } = await run('ldd', [executablePath]);
  return stdout.includes('not found');
}

export async function findPackedChromium(): Promise<PackedChromium> {
  const folder = `${cacheFolder}chromium-${await packedVersion()}`;
  const executablePath = `${folder}/chromium`;
  if (!(await exists(executablePath))) await unpackInto(folder);
  return {
    executablePath,
    environment: {
      FONTCONFIG_FILE: `${folder}/fonts.conf`,
      ...((await lacksLibraries(executablePath)) ? { LD_LIBRARY_PATH: `${folder}/al2023/lib` } : {}),
    },
  };
}
