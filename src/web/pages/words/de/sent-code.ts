import type { sentCodeWords as english } from '../en/sent-code.ts';

export const sentCodeWords: typeof english = {
  sentCode: {
    heading: 'Geben Sie den Code ein, den wir gesendet haben',
    leads: {
      mail: (address, minutes) =>
        `Ein Code ist unterwegs an ${address}. Er gilt ${minutes} Minuten lang und nur in diesem Browser.`,
      phone: (number, minutes) =>
        `Ein Code ist unterwegs an das Telefon ${number}. Er gilt ${minutes} Minuten lang und nur in diesem Browser.`,
    },
    send: { mail: 'Einen Code per E-Mail senden', phone: 'Einen Code an mein Telefon senden' },
    sendAgain: 'Einen neuen Code senden',
    notSent: 'Es wurde noch kein Code gesendet.',
    nextIn: (wait) => `Ein neuer Code kann in ${wait} gesendet werden.`,
    code: 'Code',
    submit: 'Bestätigen',
    others: 'Auf andere Weise bestätigen',
    problems: {
      code_missing: 'Geben Sie den Code ein.',
      code_wrong: 'Dieser Code stimmt nicht. Prüfen Sie ihn oder lassen Sie sich einen neuen senden.',
      code_gone: 'Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen senden.',
      code_not_sent:
        'Der Code konnte nicht gesendet werden. Versuchen Sie es in einer Minute noch einmal oder bestätigen Sie auf andere Weise.',
      too_many_attempts: (wait) => `Zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    },
  },
  enrolment: {
    heading: 'Zweiten Faktor hinzufügen',
    lead: (app) =>
      `Um zu ${app} zu gelangen, braucht Ihr Konto einen zweiten Faktor. Fügen Sie jetzt eine Authenticator-App hinzu: Das dauert eine Minute, und danach kommt niemand mehr mit Ihrem Passwort allein hinein.`,
    problems: {
      code_missing: 'Geben Sie den Code ein, den die App anzeigt.',
      code_wrong:
        'Dieser Code stimmt nicht. Warten Sie auf den nächsten und geben Sie ihn ein. Wenn das wieder geschieht, prüfen Sie, ob die Uhrzeit Ihres Geräts automatisch gestellt wird.',
    },
    forNow: 'Keine App zur Hand? Mit einem Code, den wir senden, kommen Sie dieses Mal hinein.',
    added: 'Ihr zweiter Faktor ist hinzugefügt',
    forTheDay:
      'Von jetzt an werden Sie beim Anmelden danach gefragt. Wiederherstellungscodes sind für den Tag, an dem Sie ihn verlieren.',
    codesWereShown:
      'Ihre Wiederherstellungscodes standen auf der Seite davor. Haben Sie sie nicht aufbewahrt, erzeugen Sie auf der Seite Ihres Kontos neue.',
    goOn: (app) => `Weiter zu ${app}`,
  },
};
