/** Prints what to open and how to sign in: the only time that the demo's credentials are shown. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { folderOf } from './environments.ts';
import { addressOf, type Ports } from './ports.ts';
import type { Seeded } from './seed.ts';

export interface Announcement {
  readonly ports: Ports;
  readonly seeded: Seeded;
  readonly seconds: number;
}

export function announce({ ports, seeded, seconds }: Announcement): void {
  const heading = (text: string) => styleText(['bold', 'green'], text);
  const label = (text: string) => styleText('dim', text.padEnd(10));
  console.log(`
${heading(`The demo is ready (${seconds.toFixed(1)} s)`)}

  ${label('Open')}${styleText(['bold', 'underline'], addressOf(ports.app))}
  ${label('E-mail')}${seeded.email}
  ${label('Password')}${seeded.password}
  ${label('')}or press "Create an account" there: its mail is listed below

${heading('What is running')}

  ${label('App')}${addressOf(ports.app)}   client ${seeded.clientId}
  ${label('')}${''.padEnd(addressOf(ports.app).length)}   secret ${seeded.clientSecret}
  ${label('Mails')}${addressOf(ports.provider)}/development/mails   what the provider would have mailed
  ${label('Provider')}${addressOf(ports.provider)}/.well-known/openid-configuration
  ${label('API')}${addressOf(ports.api)}/notes

All of this was made just now and is kept in ${relative(process.cwd(), folderOf(ports))} until the next demo.
Press Ctrl-C to stop.
`);
}
