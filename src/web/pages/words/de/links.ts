import type { linkWords as english } from '../en/links.ts';

export const linkWords: typeof english = {
  gone: {
    heading: 'Dieser Link gilt nicht mehr',
    explanation: 'Er wurde schon benutzt, ein neuerer wurde verschickt, oder es ist zu viel Zeit vergangen.',
    again: {
      confirm_registration: 'Neu registrieren',
      accept_invitation: 'Anmelden',
      reset_password: 'Neuen Link anfordern',
      change_email: 'Adresse noch einmal ändern',
      not_me: 'Neues Passwort wählen',
    },
    hints: {
      confirm_registration: undefined,
      accept_invitation:
        'Wenn Sie noch kein Konto haben, bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.',
      reset_password: 'Wenn Sie damit gerade ein neues Passwort gewählt haben, gilt dieses: Melden Sie sich damit an.',
      change_email: undefined,
      not_me:
        'Wenn Sie ihn gerade benutzt haben, wählen Sie das neue Passwort auf der Seite, zu der er geführt hat, oder holen Sie sich einen Link dafür. Vielleicht gibt es auch eine neuere E-Mail.',
    },
  },
  invitation: {
    heading: 'Sie sind eingeladen',
    explanation: 'Wählen Sie ein Passwort, dann gehört das Konto Ihnen.',
    email: 'E-Mail-Adresse',
    submit: 'Konto anlegen',
    signIn: 'Anmelden',
    problemHeading: 'Es gibt noch kein Konto',
    done: {
      heading: 'Das Konto gehört Ihnen',
      explanation: 'Melden Sie sich mit dieser E-Mail-Adresse und Ihrem Passwort an.',
    },
    taken: {
      heading: 'Es gibt schon ein Konto',
      explanation: 'Diese E-Mail-Adresse hat eines. Melden Sie sich damit an; die Einladung wird nicht gebraucht.',
    },
  },
};
