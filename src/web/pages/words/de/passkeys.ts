import type { passkeyProblems as enPasskeyProblems, passkeyWords as enPasskeyWords } from '../en/passkeys.ts';

export const passkeyProblems: typeof enPasskeyProblems = {
  passkey_refused:
    'Dieser Passkey öffnet hier kein Konto. Vielleicht wurde er aus Ihrem Konto entfernt. Benutzen Sie einen anderen oder melden Sie sich auf andere Weise an.',
  passkey_unverified:
    'Der Passkey wurde ohne PIN, Fingerabdruck oder Ähnliches benutzt. Das genügt hier nicht: Melden Sie sich auf andere Weise an oder benutzen Sie einen Passkey, der danach fragt.',
  passkey_expired:
    'Das hat zu lange gedauert oder wurde zweimal gesendet. Drücken Sie noch einmal auf die Knopf für den Passkey.',
};

export const passkeyWords: typeof enPasskeyWords = {
  passkeys: {
    signIn: 'Mit Passkey anmelden',
    use: 'Passkey benutzen',
    cancelled:
      'Es wurde kein Passkey benutzt. Drücken Sie noch einmal auf die Knopf oder machen Sie auf andere Weise weiter.',
    failed: 'Ihr Browser konnte hier keinen Passkey benutzen. Machen Sie auf andere Weise weiter.',
  },
  newPasskey: {
    start: 'Passkey hinzufügen',
    heading: 'Passkey hinzufügen',
    lead: 'Mit einem Passkey melden Sie sich ohne Passwort an: Ihr Gerät oder ein Sicherheitsschlüssel beweist, dass Sie es sind, sobald Sie es mit Fingerabdruck, Gesicht oder PIN freigegeben haben.',
    needsScript: 'Dafür braucht Ihr Browser JavaScript und muss Passkeys kennen.',
    name: 'Name des Passkeys',
    nameAdvice: 'Daran erkennen Sie ihn wieder: Nehmen Sie den Namen des Geräts, auf dem er liegt.',
    defaultName: 'Passkey',
    submit: 'Den Passkey hinzufügen',
    back: 'Zurück zu Ihrem Konto',
    cancelled: 'Es wurde kein Passkey angelegt. Drücken Sie noch einmal auf die Knopf, wenn Sie so weit sind.',
    failed: 'Ihr Browser konnte hier keinen Passkey anlegen.',
    problemHeading: 'Es wurde kein Passkey hinzugefügt',
    problems: {
      passkey_expired: 'Das hat zu lange gedauert oder wurde zweimal gesendet. Drücken Sie noch einmal auf die Knopf.',
      passkey_invalid:
        'Was der Browser gesendet hat, ist hier als Passkey nicht zu gebrauchen. Versuchen Sie es noch einmal oder benutzen Sie ein anderes Gerät.',
      passkey_known: 'Auf diesem Gerät oder Sicherheitsschlüssel liegt schon ein Passkey Ihres Kontos.',
      too_many_factors:
        'Ihr Konto hat so viele Passkeys, wie es haben kann. Entfernen Sie einen, bevor Sie einen weiteren hinzufügen.',
    },
  },
};
