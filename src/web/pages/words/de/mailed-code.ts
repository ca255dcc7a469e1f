import type { mailedCodeWords as english } from '../en/mailed-code.ts';

export const mailedCodeWords: typeof english = {
  mailedCode: {
    use: 'Mit einem Code per E-Mail anmelden',
    heading: 'Mit einem Code per E-Mail anmelden',
    lead: 'Sagen Sie, welches Konto Ihres ist. An seine E-Mail-Adresse geht ein Code, mit dem Sie sich ohne Passwort anmelden.',
    send: 'Code senden',
    enterHeading: 'Geben Sie den Code ein',
    explanation: (login) =>
      `Für das Konto „${login}“ wurde ein Code angefordert. Geben Sie ihn hier ein, in diesem Browser.`,
    code: 'Code aus der E-Mail',
    codeAdvice: 'Acht Ziffern, zehn Minuten lang gültig. Geben Sie sie nie weiter.',
    sendAgain: 'Neuen Code senden',
    correct: 'Das ist nicht mein Konto: noch einmal eingeben',
    usePassword: 'Stattdessen mein Passwort verwenden',
    again: {
      sent: 'Ein neuer Code ist unterwegs. Frühere Codes gelten nicht mehr.',
      later: 'Der letzte Code wurde gerade erst gesendet. Einen neuen gibt es nach einer halben Minute.',
    },
    problems: {
      missing_login: 'Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.',
      missing_code: 'Geben Sie den Code ein.',
      code_wrong: 'Dieser Code stimmt nicht. Sehen Sie in der neuesten E-Mail nach.',
      code_gone: 'Dieser Code ist zu alt oder wurde zu oft falsch eingegeben. Lassen Sie sich einen neuen senden.',
      too_many_attempts: (wait) => `Zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    },
  },
};
