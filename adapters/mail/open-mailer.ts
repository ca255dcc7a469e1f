/** Which mailer the settings ask for. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Mailer } from '../../src/ports/mailer.ts';
import { FileMailer, type FileSettings } from './files.ts';
import { SmtpMailer, type SmtpSettings } from './smtp.ts';

type MailerSettings = ({ readonly way: 'smtp' } & SmtpSettings) | ({ readonly way: 'files' } & FileSettings);

export function openMailer(settings: MailerSettings, clock: Clock): Mailer {
  return settings.way === 'smtp' ? new SmtpMailer(settings, clock) : new FileMailer(settings, clock);
}
