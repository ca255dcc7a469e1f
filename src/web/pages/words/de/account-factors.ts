import type { accountFactors as english } from '../en/account-factors.ts';

export const accountFactors: typeof english = {
  factors: {
    heading: 'Zweite Faktoren',
    explanation:
      'Etwas, das Sie zusätzlich zu Ihrem Passwort haben: eine App, die Codes anzeigt, oder einen Passkey. Wer nur Ihr Passwort erfährt, kommt damit nicht hinein.',
    none: 'Sie haben noch keinen zweiten Faktor.',
    kinds: {
      authenticator_app: 'Authenticator-App',
      syncedPasskey: 'Passkey, auf mehreren Ihrer Geräte',
      boundPasskey: 'Passkey, auf einem Gerät',
    },
    since: 'Hinzugefügt',
    lastUsed: 'Zuletzt benutzt',
    remove: 'Entfernen',
    addApp: 'Authenticator-App hinzufügen',
    lastStays:
      'Ihr Konto muss einen zweiten Faktor haben, deshalb bleibt der letzte bestehen. Um ihn zu ersetzen, fügen Sie zuerst den anderen hinzu.',
    recoveryCodes: {
      heading: 'Wiederherstellungscodes',
      left: {
        none: 'Sie haben keinen Wiederherstellungscode mehr. Ohne einen kommen Sie nicht hinein, wenn Sie Ihren zweiten Faktor verlieren.',
        one: 'Sie haben noch einen Wiederherstellungscode.',
        many: (count) => `Sie haben noch ${count} Wiederherstellungscodes.`,
      },
      renew: 'Neue Wiederherstellungscodes erstellen',
      advice: 'Mit neuen Codes verlieren die bisherigen ihre Gültigkeit.',
    },
    devices: {
      heading: 'Gemerkte Geräte',
      explanation:
        'In diesen Browsern genügt bis zu 30 Tage lang Ihr Passwort. Ein neues Passwort oder eine Änderung Ihrer zweiten Faktoren beendet das für alle.',
      since: 'Gemerkt seit',
      until: 'Bis',
      forget: 'Dieses Gerät vergessen',
      forgetAll: 'Alle Geräte vergessen',
    },
    changed: {
      added: 'Der zweite Faktor wurde hinzugefügt.',
      removed: 'Der zweite Faktor wurde entfernt.',
      device: 'Das Gerät ist vergessen.',
      devices: 'Alle Geräte sind vergessen.',
    },
  },
  newApp: {
    heading: 'Authenticator-App hinzufügen',
    lead: 'Eine Authenticator-App zeigt alle 30 Sekunden einen neuen Code aus sechs Ziffern an. Wenn Sie noch keine haben, installieren Sie zuerst eine auf Ihrem Telefon.',
    scan: {
      heading: '1. Geben Sie der App diesen Schlüssel',
      explanation: 'Scannen Sie das Bild mit der App. Es enthält denselben Schlüssel wie der Text darunter.',
      picture: 'QR-Code mit dem Schlüssel für eine Authenticator-App',
      here: 'Ist die App auf diesem Gerät? Schlüssel darin öffnen',
      secret: 'Oder geben Sie den Schlüssel in die App ein',
    },
    confirm: {
      heading: '2. Geben Sie den Code ein, den sie anzeigt',
      explanation: 'Hinzugefügt wird die App erst, wenn hier ein Code von ihr eingegeben wurde.',
      name: 'Name der App oder des Geräts',
      nameAdvice: 'Damit Sie sie später wiedererkennen.',
      defaultName: 'Authenticator-App',
      code: 'Code',
      submit: 'App hinzufügen',
    },
    problemHeading: 'Die App wurde noch nicht hinzugefügt',
    problems: {
      missing_code: 'Geben Sie den Code ein, den die App anzeigt.',
      code_wrong:
        'Dieser Code stimmt nicht. Warten Sie auf den nächsten und geben Sie ihn ein. Wenn das wieder geschieht, prüfen Sie, ob die Uhrzeit Ihres Geräts automatisch gestellt wird.',
    },
    back: 'Zurück zu Ihrem Konto',
  },
  recoveryCodes: {
    heading: 'Ihre Wiederherstellungscodes',
    added: 'Der zweite Faktor wurde hinzugefügt. Diese Codes sind für den Tag, an dem Sie ihn verlieren.',
    renewed: 'Ihre bisherigen Codes gelten nicht mehr.',
    explanation:
      'Jeder Code gilt einmal, anstelle Ihres zweiten Faktors. Drucken Sie die Codes aus oder schreiben Sie sie auf, und verwahren Sie sie dort, wo sie niemand anderes findet. Sie werden nicht noch einmal angezeigt.',
    done: 'Ich habe sie verwahrt: zurück zu meinem Konto',
  },
  strongerProof: {
    heading: 'Dafür ist ein stärkerer Nachweis nötig',
    explanation: {
      authenticator_app:
        'Eben wurde nur Ihr Passwort geprüft. Um Ihre zweiten Faktoren zu ändern, melden Sie sich auch mit einem davon an. Bisher wurde nichts geändert.',
      passkey:
        'Dafür melden Sie sich mit einem Passkey an, der nach Fingerabdruck, Gesicht oder PIN fragt. Bisher wurde nichts geändert.',
    },
    signIn: { authenticator_app: 'Mit einem zweiten Faktor anmelden', passkey: 'Mit einem Passkey anmelden' },
    recovery: {
      heading: 'Stattdessen einen Wiederherstellungscode verwenden',
      explanation: 'Falls Sie Ihren zweiten Faktor verloren haben: Einer Ihrer Codes genügt und ist damit verbraucht.',
      code: 'Wiederherstellungscode',
      submit: 'Diesen Code verwenden',
    },
    problemHeading: 'Der Wiederherstellungscode wurde nicht angenommen',
    problems: {
      missing_code: 'Geben Sie einen Ihrer Wiederherstellungscodes ein.',
      code_wrong: 'Dieser Wiederherstellungscode ist falsch oder schon benutzt.',
    },
  },
};
