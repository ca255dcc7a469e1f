import type { registration as en } from '../en/registration.ts';

export const registration: typeof en = {
  heading: (app) => `Konto anlegen, um ${app} zu benutzen`,
  email: 'E-Mail-Adresse',
  name: 'Name (freiwillig)',
  submit: 'Konto anlegen',
  haveAccount: 'Sie haben ein Konto?',
  toLogin: 'Anmelden',
  noAccount: 'Noch kein Konto?',
  toRegister: 'Konto anlegen',
  toAccount: 'Zu Ihrem Konto',
  switching: (account) =>
    `Sie sind als ${account} angemeldet. Mit einem neuen Konto werden Sie bei allen Apps abgemeldet, die dieses Konto in diesem Browser nutzen.`,
  problemHeading: 'Sie haben noch kein Konto',
  waiting: {
    heading: 'Prüfen Sie Ihr Postfach',
    explanation: (email) => `Öffnen Sie die E-Mail an ${email} und folgen Sie dem Link darin. Er gilt 24 Stunden.`,
    again:
      'Die E-Mail wird noch einmal geschickt, wenn in der letzten Stunde nicht schon mehrere an diese Adresse gingen. Die neueste gilt.',
    codeHeading: 'Sie haben den Link woanders geöffnet?',
    codeExplanation: 'Dann wurde dort ein Code angezeigt. Geben Sie ihn hier ein, in diesem Browser.',
    code: 'Code',
    submit: 'Weiter',
    toLogin: 'Stattdessen anmelden oder abbrechen',
    sendAgain: 'E-Mail noch einmal schicken',
    correct: 'Adresse ändern',
    problemHeading: 'Das hat nicht geklappt',
    problems: {
      missing_code: 'Geben Sie den Code ein, den der Link angezeigt hat.',
      wrong_code: 'Der Code ist falsch oder älter als 15 Minuten.',
      codes_used_up: 'Zu viele falsche Codes. Lassen Sie die E-Mail noch einmal schicken und folgen Sie der neuen.',
    },
  },
  confirm: {
    heading: 'E-Mail-Adresse bestätigen',
    explanation: (email, app) =>
      `Jemand möchte sich mit ${email} registrieren, um ${app} zu benutzen. Wenn Sie das sind, bestätigen Sie es. Wenn nicht, schließen Sie diese Seite: Es geschieht nichts.`,
    submit: 'Das bin ich',
  },
  code: {
    heading: 'Ihr Code',
    explanation: (app) =>
      `Sie haben in einem anderen Browser begonnen, sich für ${app} zu registrieren. Geben Sie dort diesen Code ein, innerhalb von 15 Minuten.`,
    warning: 'Geben Sie ihn an niemanden weiter. Wenn Sie sich nicht registrieren wollten, schließen Sie diese Seite.',
    otherwise: 'Sie haben jenen Browser nicht mehr?',
    otherwiseExplanation:
      'Dann wählen Sie hier ein Passwort, und es ist das Ihres Kontos. Das dort eingegebene gilt nur, wenn zuerst dort dieser Code eingegeben wird.',
    submit: 'Konto mit diesem Passwort anlegen',
  },
  outcomes: {
    made: {
      heading: 'Ihr Konto ist angelegt',
      explanation: (email) => `Sie können sich mit ${email} und Ihrem Passwort anmelden.`,
    },
    awaiting: {
      heading: 'Ein Administrator muss Sie noch zulassen',
      explanation: (email) =>
        `Ihr Konto ist angelegt. Wir schreiben an ${email}, sobald ein Administrator entschieden hat.`,
    },
    gone: {
      heading: 'Dieses Konto gibt es nicht mehr',
      explanation: (email) => `Das Konto mit ${email} wurde angelegt, aber inzwischen gelöscht oder gesperrt.`,
    },
    taken: {
      heading: 'Zu dieser Adresse gibt es ein Konto',
      explanation: (email) =>
        `${email} hat schon ein Konto, deshalb wurde jetzt keines angelegt. Melden Sie sich damit an.`,
    },
  },
  closed: {
    heading: 'Hier kann sich niemand registrieren',
    explanation: 'Konten legen die Administratoren dieses Dienstes an. Bitten Sie sie um eines.',
    signIn: 'Anmelden',
  },
};
