/** Reads a Dockerfile: the instructions that ours uses, in the forms that it uses. Anything else is an error, so that nothing is passed over. */

/** Something is wrong with the container file, or with what it builds. */
export class ContainerFault extends Error {
  override readonly name = 'ContainerFault';
}

export interface Copy {
  readonly kind: 'copy';
  readonly sources: readonly string[];
  readonly destination: string;
  /** Another stage, instead of the build context. */
  readonly from?: string;
  readonly isForUser: boolean;
}

export type Step =
  | Copy
  | { readonly kind: 'workdir'; readonly folder: string }
  | { readonly kind: 'run'; readonly shell: string };

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly steps: Step[];
  readonly environment: Record<string, string>;
  readonly volumes: string[];
  user: string;
  ports: readonly string[];
  command?: readonly string[];
  healthCheck?: readonly string[];
  stopSignal?: NodeJS.Signals;
}

/** A line with those that continue it; comments and empty lines are left out, inside of an instruction too. */
function instructions(text: string): readonly { readonly line: number; readonly words: string }[] {
  const found: { line: number; words: string }[] = [];
  let open: { line: number; words: string } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    open ??= { line: index + 1, words: '' };
    const continues = content.endsWith('\\');
    open.words += `${continues ? content.slice(0, -1).trim() : content} `;
    if (continues) continue;
    found.push({ ...open, words: open.words.trim() });
    open = undefined;
  }
  if (open !== undefined) throw new ContainerFault(`line ${open.line}: the last line continues nowhere`);
  return found;
}

/** The exec form: with the shell form a shell gets the signals, and not the program. */
function execForm(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.length > 0 && parsed.every((word) => typeof word === 'string')) return parsed;
  } catch {
    // Said below.
  }
  throw new ContainerFault('write the command as a list of words, ["node", "..."]: a shell would keep the signals');
}

/** Options before the arguments, each `--name=value`. */
function takeOptions(text: string, known: readonly string[]): { options: Map<string, string>; rest: string } {
  const options = new Map<string, string>();
  let rest = text;
  for (let option = /^--([\w-]+)=(\S+)\s+/.exec(rest); option !== null; option = /^--([\w-]+)=(\S+)\s+/.exec(rest)) {
    const [all, name = '', value = ''] = option;
    if (!known.includes(name)) throw new ContainerFault(`--${name} is not known here`);
    options.set(name, value);
    rest = rest.slice(all.length);
  }
  if (rest.startsWith('--')) throw new ContainerFault(`${rest.split(/\s/)[0]} is not known here`);
  return { options, rest };
}

function copyOf(text: string): Copy {
  const { options, rest } = takeOptions(text, ['from', 'chown']);
  const words = rest.split(/\s+/);
  const destination = words.pop();
  if (destination === undefined || words.length === 0) throw new ContainerFault('it needs what to copy, and where to');
  const odd = words.find((word) => /[*?[\]$"]/.test(word));
  if (odd !== undefined) throw new ContainerFault(`${odd}: name the files, without patterns and variables`);
  const from = options.get('from');
  return {
    kind: 'copy',
    sources: words,
    destination,
    isForUser: options.has('chown'),
    ...(from !== undefined && { from }),
  };
}

function environmentOf(text: string): Record<string, string> {
  const pairs = text.split(/\s+/).map((pair) => /^(\w+)=([^\s"'$\\]*)$/.exec(pair));
  return Object.fromEntries(
    pairs.map((pair) => {
      if (pair === null)
        throw new ContainerFault('write each variable as NAME=value, without quotes and other variables');
      return [pair[1], pair[2]];
    }),
  );
}

function pinned(image: string): string {
  if (/^node:\d+\.\d+\.\d+-slim$/.test(image)) return image;
  throw new ContainerFault(`${image}: name node with its exact version and -slim`);
}

type Reader = (stage: Stage, text: string) => void;

const readers: Readonly<Record<string, Reader>> = {
  WORKDIR: ({ steps }, folder) => void steps.push({ kind: 'workdir', folder }),
  COPY: ({ steps }, text) => void steps.push(copyOf(text)),
  RUN: ({ steps }, shell) => void steps.push({ kind: 'run', shell }),
  ENV: ({ environment }, text) => void Object.assign(environment, environmentOf(text)),
  VOLUME: ({ volumes }, text) => void volumes.push(...text.split(/\s+/)),
  USER: (stage, user) => {
    stage.user = user;
  },
  EXPOSE: (stage, text) => {
    stage.ports = text.split(/\s+/);
  },
  CMD: (stage, text) => {
    stage.command = execForm(text);
  },
  HEALTHCHECK: (stage, text) => {
    const { rest } = takeOptions(text, ['interval', 'timeout', 'start-period', 'retries']);
    if (!rest.startsWith('CMD ')) throw new ContainerFault('only CMD is known here');
    stage.healthCheck = execForm(rest.slice('CMD '.length));
  },
  STOPSIGNAL: (stage, signal) => {
    if (!/^SIG[A-Z]+$/.test(signal)) throw new ContainerFault(`${signal}: name the signal, such as SIGTERM`);
    stage.stopSignal = signal as NodeJS.Signals;
  },
};

function newStage(text: string, at: number): Stage {
  const [, image = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text) ?? [];
  const own = { name: name ?? String(at), image: pinned(image) };
  return { ...own, steps: [], environment: {}, volumes: [], user: 'root', ports: [] };
}

/** Its stages in order; the last one is the image. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: Stage[] = [];
  for (const { line, words } of instructions(text)) {
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(words) ?? [];
    try {
      const stage = stages.at(-1);
      const read = readers[name];
      if (name === 'FROM') stages.push(newStage(rest, stages.length));
      else if (read === undefined) throw new ContainerFault('this instruction is not known here');
      else if (stage === undefined) throw new ContainerFault('it comes before FROM');
      else if (rest === '') throw new ContainerFault('it says nothing');
      else read(stage, rest);
    } catch (error) {
      throw error instanceof ContainerFault ? new ContainerFault(`line ${line}, ${name}: ${error.message}`) : error;
    }
  }
  if (stages.length === 0) throw new ContainerFault('it has no FROM');
  return stages;
}
