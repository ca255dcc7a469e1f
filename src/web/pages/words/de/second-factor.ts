import type { secondFactorWords as english } from '../en/second-factor.ts';
import { passkeyProblems } from './passkeys.ts';

export const secondFactorWords: typeof english = {
  secondFactor: {
    heading: 'Bestätigen Sie, dass Sie es sind',
    signingInAs: 'Anmeldung als',
    leads: {
      app: 'Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für dieses Konto anzeigt.',
      recovery_code: 'Geben Sie einen der Wiederherstellungscodes ein, die Sie aufbewahrt haben. Jeder gilt einmal.',
      none: 'Dieses Konto braucht einen zweiten Faktor.',
      passkey: 'Bestätigen Sie mit Ihrem Passkey.',
    },
    stepUp: (app) => `${app} verlangt einen zweiten Faktor, bevor es weitergeht.`,
    code: 'Sechsstelliger Code',
    recoveryCode: 'Wiederherstellungscode',
    recoveryAdvice:
      'Zehn Buchstaben und Ziffern. Groß- und Kleinschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
    rememberDevice: (days) => `In diesem Browser ${days} Tage lang nicht mehr fragen`,
    submit: 'Bestätigen',
    noWay:
      'Nichts, was Ihr Konto hat, lässt sich hier verwenden. Nehmen Sie einen Browser, der Ihren Passkey kennt, oder fragen Sie, wer diesen Dienst betreibt.',
    useApp: 'Meine Authenticator-App verwenden',
    useRecoveryCode: 'Nicht zur Hand? Wiederherstellungscode verwenden',
    problemHeading: 'Noch nicht bestätigt',
    needsPasskey:
      'Dafür braucht es einen Passkey, der nach Fingerabdruck, Gesicht oder PIN fragt, und Ihr Konto hat keinen. Fügen Sie zuerst auf der Seite Ihres Kontos einen hinzu.',
    problems: {
      passkey_refused: passkeyProblems.passkey_refused,
      passkey_expired: passkeyProblems.passkey_expired,
      code_missing: 'Geben Sie den Code ein.',
      code_wrong:
        'Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten und prüfen Sie die Uhrzeit Ihres Geräts.',
      recovery_code_wrong: 'Dieser Wiederherstellungscode stimmt nicht oder wurde schon benutzt.',
      too_many_attempts: (wait) => `Zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    },
  },
};
