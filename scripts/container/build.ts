/** Follows the stages of a Dockerfile: each into a folder of its own, which holds what its COPY lines name and its RUN lines make. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { buildContext } from './build-context.ts';
import { ContainerFault, type Copy, type Stage } from './dockerfile.ts';
import { giveTo, type Machine, otherUser } from './stand-in.ts';

const RUN_WITHIN_MILLISECONDS = 300_000;

export interface Image {
  /** The root of its file system. */
  readonly root: string;
  /** Where RUN, CMD and HEALTHCHECK run. */
  readonly folder: string;
  readonly stage: Stage;
}

type IsTaken = (path: string) => boolean;

/** Copies a file, or what is in a folder. False if there is nothing to copy. */
function copyTree(from: string, to: string, isTaken: IsTaken): boolean {
  const status = lstatSync(from, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (status.isDirectory()) {
    mkdirSync(to, { recursive: true });
    const copied = readdirSync(from).map((name) => copyTree(join(from, name), join(to, name), isTaken));
    return copied.length === 0 || copied.includes(true);
  }
  if (!isTaken(from)) return false;
  mkdirSync(dirname(to), { recursive: true });
  if (status.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to);
  return true;
}

interface CopyOne {
  readonly root: string;
  readonly isTaken: IsTaken;
  readonly copy: Copy;
  readonly image: Image;
}

class Builder {
  readonly #images = new Map<string, Image>();
  readonly #context: string;
  readonly #machine: Machine;
  readonly #tell: (line: string) => void;

  constructor(context: string, machine: Machine, tell: (line: string) => void) {
    this.#context = context;
    this.#machine = machine;
    this.#tell = tell;
  }

  build(stage: Stage): Image {
    let image: Image = { root: join(this.#machine.folder, `stage-${this.#images.size}`), folder: '', stage };
    mkdirSync(image.root);
    for (const step of stage.steps) {
      if (step.kind === 'workdir') {
        image = { ...image, folder: join(image.root, step.folder) };
        mkdirSync(image.folder, { recursive: true });
      } else if (step.kind === 'copy') this.#copy(step, image);
      else this.#run(step.shell, image);
    }
    this.#images.set(stage.name, image);
    return image;
  }

  #copy(copy: Copy, image: Image): void {
    const words = `COPY ${[...copy.sources, copy.destination].join(' ')}`;
    try {
      if (image.folder === '') throw new ContainerFault('WORKDIR comes first');
      const { root, isTaken } = this.#sourceOf(copy);
      for (const named of copy.sources) this.#copyOne(join(root, normalize(named)), { root, isTaken, copy, image });
    } catch (error) {
      throw error instanceof ContainerFault ? new ContainerFault(`${words}: ${error.message}`) : error;
    }
    this.#tell(words);
  }

  #sourceOf({ from }: Copy): { readonly root: string; readonly isTaken: IsTaken } {
    if (from === undefined) {
      const isInContext = buildContext(this.#context);
      return { root: this.#context, isTaken: (path) => isInContext(relative(this.#context, path)) };
    }
    const image = this.#images.get(from);
    if (image === undefined) throw new ContainerFault(`there is no stage ${from}`);
    return { root: image.root, isTaken: () => true };
  }

  #copyOne(path: string, { root, isTaken, copy, image }: CopyOne): void {
    const named = relative(root, path);
    if (named.startsWith('..')) throw new ContainerFault(`${named} is outside`);
    if (!existsSync(path)) throw new ContainerFault(`${named} does not exist`);
    const { destination, sources } = copy;
    const to = join(destination.startsWith('/') ? image.root : image.folder, destination);
    const isIntoFolder = /(?:^|\/)\.?$/.test(destination);
    if (sources.length > 1 && !isIntoFolder)
      throw new ContainerFault('several go into a folder, whose name ends with a slash');
    const isFile = !lstatSync(path).isDirectory();
    const isCopied = copyTree(path, isFile && isIntoFolder ? join(to, basename(path)) : to, isTaken);
    if (!isCopied) throw new ContainerFault(`.dockerignore leaves out ${named}`);
  }

  #run(shell: string, { root, folder, stage }: Image): void {
    if (folder === '') throw new ContainerFault(`RUN ${shell}: WORKDIR comes first`);
    giveTo(otherUser, root);
    const { status, signal } = spawnSync('/bin/sh', ['-c', shell], {
      ...otherUser,
      cwd: folder,
      env: { ...this.#machine.environment, ...this.#machine.buildEnvironment(), ...stage.environment },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: RUN_WITHIN_MILLISECONDS,
    });
    if (status !== 0) throw new ContainerFault(`RUN ${shell}: it ended with ${status ?? signal}`);
    this.#tell(`RUN ${shell}`);
  }
}

/** The last stage is the image. */
export function buildImage(
  stages: readonly Stage[],
  context: string,
  machine: Machine,
  tell: (line: string) => void,
): Image {
  const builder = new Builder(context, machine, tell);
  const image = stages.map((stage) => builder.build(stage)).at(-1);
  if (image === undefined) throw new ContainerFault('it has no stage');
  return image;
}
