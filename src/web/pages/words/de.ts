import type { Dictionary } from './en.ts';

export const de: Dictionary = {
  opensNewTab: 'öffnet einen neuen Tab',
  errorTitle: (heading) => `Fehler: ${heading}`,
  whatItMeans: 'Für Entwickler: Was bedeutet das?',
  backTo: (app) => `Zurück zu ${app}`,
  moment: 'einen Augenblick',
  backByHand: 'Gehen Sie zurück zu der App, aus der Sie kommen, und beginnen Sie dort noch einmal.',
  landing: {
    heading: (brand) => `${brand} läuft`,
    explanation: 'Dies ist ein OpenID-Provider: Apps leiten Sie hierher, wenn Sie sich anmelden möchten.',
    forPeople:
      'Sie möchten sich anmelden? Öffnen Sie die App, die Sie benutzen möchten. Sie führt Sie auf die richtige Seite.',
    forDevelopers: 'Für Entwickler',
    issuer: 'Issuer',
    discovery: 'Discovery-Dokument',
  },
  login: {
    heading: (app) => `Bei ${app} anmelden`,
    username: 'E-Mail oder Benutzername',
    password: 'Passwort',
    passwordLimit: (limit) => `Höchstens ${limit} Zeichen`,
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    submit: 'Anmelden',
    cancel: (app) => `Abbrechen und zurück zu ${app}`,
    hints: {
      sign_in_again: 'Die App bittet Sie, sich noch einmal anzumelden, damit sicher ist, dass Sie es sind.',
      other_account: 'Die App erwartet ein anderes Konto als das, mit dem Sie angemeldet sind.',
    },
    problemHeading: 'Sie sind noch nicht angemeldet',
    problems: {
      wrong_credentials:
        'Die Anmeldedaten stimmen nicht. Prüfen Sie E-Mail oder Benutzername und Passwort und versuchen Sie es noch einmal.',
      too_many_attempts: (wait) => `Zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
      other_account:
        'Die App erwartet ein anderes Konto als das, mit dem Sie sich gerade angemeldet haben. Melden Sie sich mit dem erwarteten Konto an oder gehen Sie zurück zur App.',
      expected_account: (account) =>
        `Die App erwartet das Konto ${account}, nicht das, mit dem Sie sich gerade angemeldet haben. Melden Sie sich mit dem erwarteten Konto an oder gehen Sie zurück zur App.`,
      missing_login: 'Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.',
      missing_password: 'Geben Sie Ihr Passwort ein.',
      password_too_long: (limit) =>
        `Ein Passwort darf höchstens ${limit} Zeichen lang sein. Ihre Eingabe war länger und wurde nicht geprüft.`,
      busy: (wait) =>
        `Gerade melden sich zu viele gleichzeitig an. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    },
  },
  consent: {
    heading: (app) => `Darf ${app} Ihr Konto benutzen?`,
    signedInAs: 'Angemeldet als',
    notYou: 'Nicht Sie? Abmelden',
    appCan: (app) => `${app} darf dann`,
    appCanIn: (api) => `In ${api} darf sie`,
    scopes: {
      openid: { title: 'Sie wiedererkennen', detail: 'An einer festen Kennung Ihres Kontos' },
      profile: {
        title: 'Ihr Profil sehen',
        detail: (claims) => `Soweit angegeben: ${claims}`,
      },
      email: { title: 'Ihre E-Mail-Adresse sehen', detail: 'Und ob sie bestätigt ist' },
      address: { title: 'Ihre Postanschrift sehen', detail: '' },
      phone: { title: 'Ihre Telefonnummer sehen', detail: 'Und ob sie bestätigt ist' },
      groups: { title: 'Ihre Gruppen sehen', detail: 'Die Gruppen, denen Ihre Organisation Sie zugeordnet hat' },
      offline_access: {
        title: 'Diesen Zugriff auch in Ihrer Abwesenheit behalten',
        detail: 'Auch nachdem Sie sich abgemeldet haben',
      },
    },
    releases: (claims) => `Die App erhält, soweit gespeichert: ${claims}`,
    claim: (name) => `Ihre Angaben sehen: ${name}`,
    claims: {
      name: 'vollständiger Name',
      given_name: 'Vorname',
      family_name: 'Nachname',
      middle_name: 'zweiter Vorname',
      nickname: 'Spitzname',
      preferred_username: 'Benutzername',
      profile: 'Profilseite',
      picture: 'Bild',
      website: 'Website',
      email: 'E-Mail-Adresse',
      email_verified: 'ob die E-Mail-Adresse bestätigt ist',
      gender: 'Geschlecht',
      birthdate: 'Geburtstag',
      zoneinfo: 'Zeitzone',
      locale: 'Sprache',
      phone_number: 'Telefonnummer',
      phone_number_verified: 'ob die Telefonnummer bestätigt ist',
      address: 'Postanschrift',
      updated_at: 'letzte Änderung des Profils',
      groups: 'Gruppen',
    },
    unknownClaim: (name) => `„${name}“`,
    otherClaim: (name) => `Sehen, was unter „${name}“ gespeichert ist`,
    wholeApi: 'Sie in Ihrem Namen aufrufen',
    returnsTo: 'In jedem Fall kehren Sie zurück zu',
    onThisDevice: 'einer App auf diesem Gerät',
    allow: 'Erlauben',
    deny: 'Ablehnen',
    privacyPolicy: 'Datenschutzerklärung',
    termsOfService: 'Nutzungsbedingungen',
  },
  notAllowed: {
    heading: (app) => `Mit diesem Konto können Sie ${app} nicht benutzen`,
    explanation:
      'Diese App ist für bestimmte Gruppen Ihrer Organisation gedacht, und dieses Konto gehört zu keiner von ihnen.',
    advice: 'Wenn Sie Zugang haben sollten, wenden Sie sich an die Stelle, die Ihr Konto verwaltet.',
    signedInAs: 'Angemeldet als',
    otherAccount: 'Abmelden, um ein anderes Konto zu benutzen',
    goBack: (app) => `Zurück zu ${app}`,
  },
  expired: {
    heading: 'Diese Anmeldeseite gilt nicht mehr',
    explanation:
      'Sie wurde schon benutzt, war zu lange offen oder wurde ohne Cookies geöffnet. Es wurde nichts verändert.',
  },
  error: {
    details: 'Angaben zum Weitergeben',
    code: 'Fehler',
    description: 'Beschreibung',
    reference: 'Referenz',
    kinds: {
      unknown_app: {
        heading: 'Diese App kann Sie nicht anmelden',
        advice:
          'Sie ist hier nicht so registriert, wie sie es verlangt. Sie haben nichts falsch gemacht, und es wurde nichts weitergegeben.',
      },
      request: {
        heading: 'Die Anfrage der App hat nicht funktioniert',
        advice:
          'Gehen Sie zurück zur App und versuchen Sie es noch einmal. Geschieht es wieder, teilen Sie den Betreibern der App mit, was Sie hier sehen.',
      },
      denied: {
        heading: 'Der Zugriff wurde abgelehnt',
        advice: 'Es wurde nichts an die App weitergegeben.',
      },
      ours: {
        heading: 'Bei uns ist etwas schiefgegangen',
        advice: 'Versuchen Sie es gleich noch einmal. Geschieht es wieder, geben Sie weiter, was Sie hier sehen.',
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
      `${app} möchte Sie abmelden. Sie können Ihre ganze Sitzung hier beenden, sodass jede App eine neue Anmeldung verlangt, oder nur diese App verlassen.`,
    asked: 'Ihre Sitzung hier endet, und jede App, die sie nutzt, verlangt eine neue Anmeldung.',
    confirm: 'Abmelden',
    leaveApp: (app) => `Nur ${app} verlassen`,
    stay: 'Angemeldet bleiben',
    unnamedApp:
      'Die App, die Sie hierher geleitet hat, hat sich nicht zu erkennen gegeben. Deshalb gelangen Sie nach dem Abmelden nicht zu ihr zurück.',
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
    heading: 'Hier ist keine Seite',
    explanation: 'Prüfen Sie die Adresse oder gehen Sie zurück zu der App, aus der Sie kommen.',
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
