import type { recoveryWords as english } from '../en/recovery.ts';

export const recoveryWords: typeof english = {
  recovery: {
    forgot: 'Passwort vergessen?',
    heading: 'Passwort zurücksetzen',
    lead: 'Sagen Sie, welches Konto Ihres ist. An seine E-Mail-Adresse geht ein Link, mit dem Sie ein neues Passwort wählen.',
    submit: 'Link senden',
    problemHeading: 'Der Link ist noch nicht gesendet',
    sent: {
      heading: 'Prüfen Sie Ihr Postfach',
      explanation: 'Der Link gilt einmal, eine Stunde lang, und nur der neueste.',
      again: 'Noch einmal eingeben',
    },
    off: {
      heading: 'Hier werden keine Links gesendet',
      explanation:
        'Dieser Dienst sendet keine E-Mails. Bitten Sie die Personen, die ihn betreiben, ein neues Passwort für Sie zu setzen.',
    },
  },
  reset: {
    heading: 'Wählen Sie ein neues Passwort',
    account: 'Für das Konto',
    submit: 'Passwort speichern',
    problemHeading: 'Das Passwort ist noch nicht geändert',
    done: {
      heading: 'Ihr Passwort ist geändert',
      explanation: 'Sie sind überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.',
      signIn: 'Anmelden',
      toAccount: 'Zu Ihrem Konto',
    },
  },
};
