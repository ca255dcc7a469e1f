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
        'Wenn Sie ihn gerade benutzt haben, wählen Sie das neue Passwort auf der Seite, zu der er geführt hat, oder holen Sie sich einen Link dafür. Wenn keine Seite kam, warten Sie eine halbe Minute, öffnen Sie diesen Link noch einmal und drücken Sie den Knopf erneut. Vielleicht gibt es auch eine neuere E-Mail.',
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
  notMe: {
    heading: 'Waren Sie das nicht?',
    explanation:
      'Wenn das, wovon die E-Mail berichtet, nicht von Ihnen war, drücken Sie den Knopf. Dann geschieht Folgendes:',
    everybodyOut: 'Alle werden auf jedem Gerät von Ihrem Konto abgemeldet, auch Sie, und Apps verlieren ihren Zugriff.',
    passwordEnds: 'Ihr Passwort gilt nicht mehr: Jemand anderes kennt es vielleicht.',
    addressBack: (address) => `Ihr Konto hat wieder die E-Mail-Adresse ${address}.`,
    next: 'Auf der nächsten Seite wählen Sie ein neues Passwort. Diese Seite gilt 15 Minuten.',
    submit: 'Das war ich nicht',
    wasMe: 'Wenn Sie es waren, schließen Sie diese Seite: Es ist nichts geschehen.',
    done: {
      heading: 'Ihr Konto ist für alle anderen gesperrt',
      explanation: 'Alle sind abgemeldet, und das alte Passwort gilt nicht mehr. Wählen Sie jetzt ein neues.',
      addressBack: 'Ihr Konto hat wieder diese E-Mail-Adresse.',
      factors:
        'Ihre zweiten Faktoren sind unverändert, aber ein Passkey, der seit der E-Mail hinzugefügt wurde, meldet nicht mehr allein an. Wenn einer nicht Ihrer ist oder Sie Ihren nicht benutzen können, bitten Sie die Betreiber, sie zurückzusetzen: Bis dahin kommt ohne Ihr neues Passwort niemand damit hinein.',
      byPasskey:
        'Sie melden sich mit einem Passkey an, den diese Seite nicht annimmt. Melden Sie sich damit an, und wählen Sie bei Ihrem Konto ein neues Passwort. Wenn Sie ihn nicht mehr haben, bitten Sie die Betreiber, ihn zurückzusetzen.',
      signIn: 'Anmelden',
    },
    code: { label: 'Code aus Ihrer Authenticator-App', advice: 'Sechs Ziffern.' },
    recoveryCode: {
      label: 'Wiederherstellungscode',
      advice: 'Einer von denen, die Ihnen beim Einrichten Ihres zweiten Faktors gezeigt wurden.',
    },
    useRecoveryCode: 'Stattdessen einen Wiederherstellungscode benutzen',
    useCode: 'Stattdessen einen Code aus der App benutzen',
  },
};
