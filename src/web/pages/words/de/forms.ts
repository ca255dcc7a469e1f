import type { formWords as en } from '../en/forms.ts';

export const formWords: typeof en = {
  newPassword: {
    label: 'Passwort',
    advice: (least) =>
      `Mindestens ${least} Zeichen. Ein paar Wörter, die nur Sie zusammenstellen würden, sind sicher und leicht zu merken.`,
    strengths: {
      too_short: (least) => `Zu kurz: Es braucht mindestens ${least} Zeichen`,
      too_long: (most) => `Zu lang: Es hat höchstens ${most} Zeichen`,
      own: 'Schwach: Es ähnelt Ihrem Namen oder Ihrer Adresse',
      weak: 'Schwach: Ein, zwei Wörter mehr machen es besser',
      fair: 'Mittel',
      strong: 'Stark',
    },
    sent: (strength) => `Ihre Eingabe: ${strength}`,
    chosen: (strength) => `Ihr neues Passwort: ${strength}`,
  },
  problems: {
    email_missing: 'Geben Sie Ihre E-Mail-Adresse ein.',
    email_invalid: 'Das ist keine vollständige E-Mail-Adresse. Prüfen Sie, ob Sie sich vertippt haben.',
    email_unchanged: 'Das ist die E-Mail-Adresse, die Sie schon haben.',
    email_changed_often:
      'Sie haben innerhalb einer Stunde mehrere neue Adressen angegeben. Versuchen Sie es später noch einmal.',
    domain_not_allowed:
      'Hier können nur Adressen bestimmter Organisationen verwendet werden. Nehmen Sie die, die Sie von Ihrer bekommen haben.',
    name_invalid:
      'Dieser Name kann nicht gespeichert werden. Benutzen Sie Buchstaben und andere sichtbare Zeichen, in einer Zeile.',
    name_too_long: (most) => `Der Name ist zu lang: Er hat höchstens ${most} Zeichen.`,
    password_too_short: (least) => `Das Passwort ist zu kurz: Es braucht mindestens ${least} Zeichen.`,
    password_too_long: (most) => `Das Passwort ist zu lang: Es hat höchstens ${most} Zeichen.`,
    password_too_common:
      'Viele benutzen dieses Passwort oder ein sehr ähnliches. Es gehört zu den ersten, die ausprobiert werden.',
    password_like_login:
      'Das Passwort ähnelt zu sehr Ihrem Namen, Ihrer E-Mail-Adresse oder dem Namen dieses Dienstes.',
    code_missing: 'Geben Sie den Code ein.',
    code_wrong:
      'Dieser Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten, oder benutzen Sie einen anderen.',
    terms_missing: 'Akzeptieren Sie die Bedingungen, um fortzufahren.',
    closing_missing: 'Setzen Sie den Haken, wenn Sie Ihr Konto wirklich schließen möchten.',
  },
};
