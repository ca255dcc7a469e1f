import { account } from './de/account.ts';
import { accountFactors } from './de/account-factors.ts';
import { consent } from './de/consent.ts';
import { developer } from './de/developer.ts';
import { developerRefusals } from './de/developer-refusals.ts';
import { formWords } from './de/forms.ts';
import { linkWords } from './de/links.ts';
import { mailedCodeWords } from './de/mailed-code.ts';
import { passkeyProblems, passkeyWords } from './de/passkeys.ts';
import { recoveryWords } from './de/recovery.ts';
import { registration } from './de/registration.ts';
import { secondFactorWords } from './de/second-factor.ts';
import { sentCodeWords } from './de/sent-code.ts';
import { uriProblems } from './de/uri-problems.ts';
import type { Dictionary } from './en.ts';

export const de: Dictionary = {
  opensNewTab: 'öffnet einen neuen Tab',
  errorTitle: (heading) => `Fehler: ${heading}`,
  whatItMeans: 'Für Entwickler: Was bedeutet das?',
  backTo: (app) => `Zurück zu ${app}`,
  moment: 'einen Moment',
  toStart: 'Zur Startseite',
  backByHand: 'Kehren Sie zu der App zurück, aus der Sie kommen, und beginnen Sie dort noch einmal.',
  landing: {
    heading: (brand) => `${brand} läuft`,
    explanation: 'Dies ist ein OpenID-Provider: Apps leiten Sie hierher weiter, wenn Sie sich anmelden möchten.',
    forPeople:
      'Sie möchten sich anmelden? Öffnen Sie die App, die Sie verwenden möchten. Sie bringt Sie auf die richtige Seite.',
    forDevelopers: 'Für Entwickler',
    issuer: 'Issuer',
    discovery: 'Discovery-Dokument',
  },
  login: {
    heading: (app) => `Bei ${app} anmelden`,
    username: 'E-Mail-Adresse oder Benutzername',
    password: 'Passwort',
    passwordLimit: (limit) => `Höchstens ${limit} Zeichen`,
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    remember: 'Angemeldet bleiben',
    rememberAdvice: 'Nicht auf einem Computer, den auch andere benutzen.',
    submit: 'Anmelden',
    cancel: (app) => `Abbrechen und zurück zu ${app}`,
    choose: 'Anderes Konto auswählen',
    switching: (account) =>
      `Sie sind als ${account} angemeldet. Wenn Sie sich mit einem anderen Konto anmelden, werden Sie bei allen Apps abgemeldet, die dieses Konto in diesem Browser nutzen.`,
    hints: {
      sign_in_again: 'Die App bittet Sie, sich erneut anzumelden, um sicherzugehen, dass Sie es sind.',
      other_account: 'Die App erwartet ein anderes Konto als das, mit dem Sie angemeldet sind.',
    },
    problemHeading: 'Die Anmeldung hat nicht geklappt',
    problems: {
      ...passkeyProblems,
      wrong_credentials:
        'Die Anmeldedaten stimmen nicht. Prüfen Sie E-Mail-Adresse oder Benutzername und Passwort und versuchen Sie es noch einmal.',
      awaits_approval:
        'Ein Administrator muss Sie erst zulassen. Sie bekommen eine E-Mail, sobald das entschieden ist.',
      too_many_attempts: (wait) => `Zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
      other_account:
        'Die App erwartet ein anderes Konto als das, mit dem Sie sich gerade angemeldet haben. Melden Sie sich mit dem erwarteten Konto an oder kehren Sie zur App zurück.',
      expected_account: (account) =>
        `Die App erwartet das Konto ${account}, nicht das, mit dem Sie sich gerade angemeldet haben. Melden Sie sich mit dem erwarteten Konto an oder kehren Sie zur App zurück.`,
      missing_login: 'Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.',
      missing_password: 'Geben Sie Ihr Passwort ein.',
      password_too_long: (limit) =>
        `Ein Passwort darf höchstens ${limit} Zeichen lang sein. Ihre Eingabe war länger und wurde nicht geprüft.`,
      busy: (wait) =>
        `Gerade melden sich zu viele Personen gleichzeitig an. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    },
  },
  selectAccount: {
    heading: 'Konto auswählen',
    lead: (app) => `Um mit ${app} fortzufahren`,
    signedIn: 'Angemeldet',
    forget: 'Entfernen',
    forgets: (account) => `${account} aus dieser Liste`,
    otherAccount: 'Anderes Konto verwenden',
    signOut: 'Hier abmelden',
    advice:
      'Für Konten, die nicht angemeldet sind, geben Sie das Passwort ein. Wenn Sie eines aus der Liste entfernen, wird sonst nichts gelöscht.',
  },
  registration,
  ...formWords,
  terms: {
    before: 'Ich akzeptiere die',
    link: 'Nutzungsbedingungen',
    after: '',
  },
  termsStep: {
    heading: 'Nutzungsbedingungen',
    first: (app) => `Lesen und akzeptieren Sie die Bedingungen, um mit ${app} fortzufahren.`,
    changed: (app) =>
      `Die Bedingungen haben sich geändert, seit Sie sie akzeptiert haben. Lesen und akzeptieren Sie die neuen, um mit ${app} fortzufahren.`,
    submit: 'Weiter',
    cancel: (app) => `Abbrechen und zurück zu ${app}`,
  },
  ...linkWords,
  cookiesBlocked: {
    heading: 'Ihr Browser behält keine Cookies von dieser Seite',
    explanation:
      'Sie werden gebraucht, um Ihren Browser von anderen zu unterscheiden. Erlauben Sie Cookies für diese Seite und beginnen Sie neu.',
    inSignIn: {
      heading: 'Ihr Browser hat kein Cookie dieser Anmeldung',
      explanation:
        'Entweder blockiert er Cookies von dieser Seite, oder Sie haben in einem anderen Browser oder Fenster begonnen. Erlauben Sie Cookies für diese Seite und beginnen Sie neu. Es wurde nichts geändert.',
    },
    again: 'Neu beginnen',
  },
  mailSent: {
    explanation:
      'Wenn diese Adresse dafür in Frage kommt, ist eine E-Mail dorthin unterwegs. Das kann einige Minuten dauern; sehen Sie auch im Spam-Ordner nach.',
    delay:
      'Unser Mailserver ist gerade nicht erreichbar. Wir versuchen es weiter: Die E-Mail kommt von selbst, Sie müssen nichts noch einmal tun.',
    mails: 'Entwicklung: die E-Mails hier lesen',
  },
  ...passkeyWords,
  ...recoveryWords,
  ...mailedCodeWords,
  ...secondFactorWords,
  ...sentCodeWords,
  ...account,
  accountFactors,
  developer,
  developerRefusals,
  uriProblems,
  footer: {
    support: 'Hilfe',
    privacy: 'Datenschutz',
    imprint: 'Impressum',
    terms: 'Nutzungsbedingungen',
  },
  consent,
  notAllowed: {
    heading: (app) => `Mit diesem Konto können Sie ${app} nicht verwenden`,
    explanation:
      'Diese App ist für bestimmte Gruppen Ihrer Organisation gedacht, und dieses Konto gehört zu keiner von ihnen.',
    advice: 'Wenn Sie Zugang haben sollten, wenden Sie sich an die Stelle, die Ihr Konto verwaltet.',
    signedInAs: 'Angemeldet als',
    otherAccount: 'Anderes Konto verwenden',
    goBack: (app) => `Zurück zu ${app}`,
  },
  expired: {
    heading: 'Diese Anmeldeseite gilt nicht mehr',
    explanation:
      'Sie wurde bereits verwendet, war zu lange geöffnet oder wurde in einem anderen Browser begonnen. Es wurde nichts geändert.',
  },
  error: {
    details: 'Angaben für den Support',
    code: 'Fehler',
    description: 'Beschreibung',
    reference: 'Referenz',
    kinds: {
      unknown_app: {
        heading: 'Diese App kann Sie nicht anmelden',
        advice:
          'Sie ist hier nicht so registriert, wie es ihre Anfrage voraussetzt. Sie haben nichts falsch gemacht, und es wurde nichts an sie weitergegeben. Öffnen Sie die App noch einmal, und wenn das nicht hilft, zeigen Sie ihren Betreibern diese Seite.',
        developers:
          'Für Entwickler: Vergleichen Sie client_id, redirect_uri und Grant-Typ der Anfrage mit der Ausgabe von „client show“. Adressen müssen Zeichen für Zeichen übereinstimmen.',
      },
      document: {
        heading: 'Diese App kann Sie nicht anmelden',
        advice:
          'Sie beschreibt sich unter einer eigenen Adresse, und diese Beschreibung ist nicht verwendbar. Sie haben nichts falsch gemacht, und es wurde nichts an die App weitergegeben. Warten Sie eine Minute und öffnen Sie die App noch einmal, und wenn das nicht hilft, zeigen Sie ihren Betreibern diese Seite.',
        developers:
          'Für Entwickler: Was am Metadaten-Dokument unter der client_id falsch ist, steht unten in der Beschreibung. Berichtigen Sie es; nach einer Minute wird es wieder abgerufen.',
      },
      request: {
        heading: 'Die Anfrage der App ist fehlgeschlagen',
        advice:
          'Kehren Sie zur App zurück und versuchen Sie es noch einmal. Tritt der Fehler wieder auf, teilen Sie den Betreibern der App mit, was Sie hier sehen.',
        developers: '',
      },
      denied: {
        heading: 'Der Zugriff wurde abgelehnt',
        advice: 'Es wurde nichts an die App weitergegeben.',
        developers: '',
      },
      ours: {
        heading: 'Bei uns ist etwas schiefgegangen',
        advice:
          'Versuchen Sie es gleich noch einmal. Tritt der Fehler wieder auf, geben Sie weiter, was Sie hier sehen.',
        developers: '',
      },
    },
  },
  handOver: {
    byHand: 'Falls Sie nicht automatisch weitergeleitet werden, klicken Sie auf „Weiter“.',
    submit: 'Weiter',
    app: {
      heading: (app) => `Zurück zu ${app}`,
      explanation: '',
    },
    signOut: {
      heading: 'Abmelden',
      explanation: 'In diesem Browser ist niemand angemeldet.',
    },
    otherAccount: {
      heading: 'Sie haben sich mit einem anderen Konto angemeldet',
      explanation: 'Die Sitzung des vorherigen Kontos wird für alle Apps beendet.',
    },
    nextStep: {
      heading: 'Nächster Schritt',
      explanation: '',
    },
  },
  logout: {
    heading: 'Möchten Sie sich abmelden?',
    askedBy: (app) =>
      `${app} möchte Sie abmelden. Sie können Ihre Sitzung hier ganz beenden, sodass jede App eine neue Anmeldung verlangt, oder sich nur von dieser App abmelden.`,
    asked: 'Ihre Sitzung hier wird beendet, und jede App, die sie verwendet, verlangt eine neue Anmeldung.',
    confirm: 'Abmelden',
    leaveApp: (app) => `Nur von ${app} abmelden`,
    stay: 'Angemeldet bleiben',
    unnamedApp:
      'Die App, die Sie hierher weitergeleitet hat, hat sich nicht zu erkennen gegeben. Deshalb gelangen Sie nach dem Abmelden nicht zu ihr zurück.',
    theApp: 'die App',
    signOutHere: 'Trotzdem abmelden',
    problems: {
      address: {
        heading: 'Der Rückweg nach dem Abmelden ist nicht registriert',
        advice: (app) =>
          `Sie sind noch nicht abgemeldet. Nach dem Abmelden sollten Sie an eine Adresse weitergeleitet werden, die für „${app}“ nicht registriert ist. Sie können sich trotzdem abmelden und bleiben danach hier.`,
      },
      hint: {
        heading: 'Die Abmeldeanfrage konnte nicht geprüft werden',
        advice: (app) =>
          `Sie sind noch nicht abgemeldet. Der Nachweis Ihrer Anmeldung, den ${app} mitgeschickt hat, ist hier ungültig. Sie können sich trotzdem abmelden und bleiben danach hier.`,
      },
      app: {
        heading: 'Die App, die Sie abmelden möchte, ist hier nicht bekannt',
        advice: (app) =>
          `Sie sind noch nicht abgemeldet. Die Kennung, die ${app} angegeben hat, ist hier nicht registriert. Sie können sich trotzdem abmelden und bleiben danach hier.`,
      },
      request: {
        heading: 'Die Abmeldeanfrage ist fehlerhaft',
        advice: (app) =>
          `Sie sind noch nicht abgemeldet. Die Anfrage, die ${app} gestellt hat, enthält einen Fehler. Sie können sich trotzdem abmelden und bleiben danach hier.`,
      },
    },
  },
  signedOut: {
    heading: 'Sie sind abgemeldet',
    explanation: 'Ihre Sitzung hier ist beendet. Schließen Sie an einem fremden Computer auch den Browser.',
    leftHeading: (app) => `Sie sind von ${app} abgemeldet`,
    leftExplanation: 'Ihre Sitzung hier besteht weiter, für andere Apps.',
  },
  notFound: {
    heading: 'Diese Seite gibt es nicht',
    explanation: 'Prüfen Sie die Adresse oder öffnen Sie die App, die Sie verwenden möchten.',
  },
  errorDocs: {
    heading: 'Fehler und ihre Bedeutung',
    explanation:
      'Für Entwickler von Apps und APIs, auf Englisch: die Fehlercodes, mit denen dieser Dienst antwortet, und was jeweils zu tun ist.',
    unknownHeading: 'Diesen Fehlercode gibt es nicht',
    unknownExplanation: 'Die Adresse nennt einen Code, der hier nicht erklärt wird.',
    all: 'Alle Fehlercodes',
    sentWith: 'Mit der Beschreibung',
    withoutDescription: 'Ohne Beschreibung',
    fix: 'Abhilfe:',
    neverSent: 'Nichts, was hier angeboten wird, antwortet damit.',
    othersNeverSent: 'Codes der Standards, mit denen hier nichts antwortet',
    commands: 'Befehle, für die Betreiber dieses Dienstes, beginnen mit',
    standards: 'Wo es in den Standards steht',
  },
  unavailable: {
    heading: 'Wir können gerade nicht antworten',
    explanation: (wait) => `Warten Sie ${wait} und laden Sie diese Seite dann neu.`,
    nothingLost: 'Was Sie vorher getan haben, geht nicht verloren.',
  },
};
