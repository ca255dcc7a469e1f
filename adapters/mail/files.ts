/** Writes mails as files of a folder, for development: their names sort by time. */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../src/ports/clock.ts';
import type { Mail, Mailer, SendOptions } from '../../src/ports/mailer.ts';
import { messageOf } from './message.ts';

export interface FileSettings {
  readonly folder: string;
  readonly from: string;
}

export class FileMailer implements Mailer {
  #composer: ReturnType<typeof createComposer> | undefined;
  readonly #settings: FileSettings;
  readonly #clock: Clock;
  #lastTime = 0;

  constructor(settings: FileSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async send(mail: Mail, { kind }: SendOptions): Promise<void> {
    const { folder, from } = this.#settings;
    const now = this.#clock.now();
    const name = this.#nameAt(now, kind);
    this.#composer ??= createComposer();
    const { message } = await (await this.#composer).sendMail(messageOf(mail, from, now));
    // The links in it are as good as passwords.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    // Written under another name first: whoever lists the mails sees whole ones.
    await writeFile(`${path}.part`, message as Buffer, { mode: 0o600, flag: 'wx' });
    await rename(`${path}.part`, path);
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): void {
    void this.#composer?.then((composer) => composer.close());
  }

  /** Two of one millisecond would be in any order. */
  #nameAt(now: number, kind: string): string {
    this.#lastTime = Math.max(now, this.#lastTime + 1);
    const time = new Date(this.#lastTime).toISOString().replaceAll(':', '-');
    return `${time}_${kind}_${randomBytes(4).toString('hex')}.eml`;
  }
}

/** Loaded with the first mail: a start should not wait for it. */
async function createComposer() {
  const { default: nodemailer } = await import('nodemailer');
  return nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
}
