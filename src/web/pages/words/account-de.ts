import type { account as english } from './account-en.ts';

export const account: typeof english = {
  account: {
    heading: 'Ihr Konto',
    signedInAs: 'Angemeldet als',
    signOut: 'Abmelden',
    saved: 'Erledigt.',
    proof: {
      fresh: (minutes) =>
        `Änderungen sind ${minutes} Minuten lang möglich, nachdem Sie Ihr Passwort eingegeben haben. Danach geben Sie es vorher noch einmal ein.`,
      stale: (minutes) =>
        `Sie haben Ihr Passwort vor mehr als ${minutes} Minuten eingegeben. Vor einer Änderung geben Sie es noch einmal ein.`,
    },
    prove: 'Passwort eingeben und fortfahren',
    profile: {
      heading: 'Profil',
      name: 'Vollständiger Name',
      changeName: 'Namen speichern',
      email: 'E-Mail-Adresse',
      confirmed: 'bestätigt',
      unconfirmed: 'nicht bestätigt',
      newEmail: 'Neue E-Mail-Adresse',
      advice:
        'Wir schicken einen Link dorthin. Ihre bisherige Adresse gilt, bis Sie den Knopf hinter diesem Link drücken.',
      changeEmail: 'E-Mail-Adresse ändern',
      pending: (address) =>
        `Wir warten darauf, dass ${address} bestätigt wird. Der Link in der E-Mail gilt 24 Stunden; bis dahin ändert sich nur, dass Ihre Adresse als nicht bestätigt gilt.`,
      cancel: 'Bisherige Adresse behalten',
      byAdministrator:
        'Dieser Dienst verschickt keine E-Mails. Bitten Sie die Personen, die Ihr Konto verwalten, die E-Mail-Adresse zu ändern.',
    },
    password: {
      label: 'Neues Passwort',
      heading: 'Passwort',
      explanation:
        'Ein neues Passwort beendet alle Ihre Sitzungen, hier und auf jedem anderen Gerät: Sie melden sich überall neu an.',
      submit: 'Passwort ändern',
    },
    closing: {
      heading: 'Konto schließen',
      explanation:
        'Ihr Konto wird sofort gelöscht, mit allem, was hier über Sie gespeichert ist. Niemand kann es wiederherstellen.',
      understood: 'Ich weiß, dass mein Konto endgültig gelöscht wird.',
      submit: 'Mein Konto schließen',
    },
    messages: {
      password_changed: {
        heading: 'Ihr Passwort wurde geändert',
        explanation:
          'Alle Ihre Sitzungen sind beendet, auch die hier. Melden Sie sich überall, wo Sie dieses Konto verwenden, mit dem neuen Passwort an.',
        button: 'Anmelden',
      },
      closed: {
        heading: 'Ihr Konto ist geschlossen',
        explanation:
          'Es wurde gelöscht, mit allem, was hier über Sie gespeichert war. Apps, die Sie benutzt haben, können eigene Daten haben.',
        button: 'Zur Startseite',
      },
      address_changed: {
        heading: 'Ihre neue E-Mail-Adresse ist bestätigt',
        explanation: 'Ab jetzt melden Sie sich mit ihr an, und E-Mails gehen dorthin.',
        button: 'Zu Ihrem Konto',
      },
      address_taken: {
        heading: 'Diese E-Mail-Adresse gehört zu einem anderen Konto',
        explanation:
          'Ihr Konto behält deshalb seine bisherige Adresse. Wenn auch das andere Konto Ihnen gehört, melden Sie sich damit an.',
        button: 'Zu Ihrem Konto',
      },
      signed_out: {
        heading: 'Sie sind hier nicht mehr angemeldet',
        explanation:
          'Gerade wurde nichts getan. Melden Sie sich an, um zu sehen, wie es um Ihr Konto steht, und beginnen Sie noch einmal.',
        button: 'Anmelden',
      },
      cancelled: {
        heading: 'Sie haben sich nicht angemeldet',
        explanation: 'Es wurde nichts geändert.',
        button: 'Zu Ihrem Konto',
      },
    },
  },
  mailNotice: 'Eine E-Mail, die das mitteilt, ist an Sie unterwegs.',
  newAddress: {
    heading: 'Ist das Ihre neue E-Mail-Adresse?',
    explanation: (address) => `Drücken Sie den Knopf, um ${address} zur E-Mail-Adresse Ihres Kontos zu machen.`,
    confirm: 'Ja, diese Adresse verwenden',
  },
};
