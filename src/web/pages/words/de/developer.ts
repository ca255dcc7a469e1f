import type { developer as english } from '../en/developer.ts';

export const developer: typeof english = {
  heading: 'Ihre Clients',
  explanation:
    'Apps und Dienste, bei denen man sich über diese Seite anmeldet oder die selbst Tokens bekommen. Was Sie registrieren, sieht und ändert sonst niemand.',
  none: 'Sie haben noch keinen. Es braucht einen Namen und die Adresse, an die man nach der Anmeldung zurückkehrt.',
  newClient: 'Client registrieren',
  full: (most) =>
    `Sie haben ${most} Clients, so viele wie eine Person haben kann. Entfernen Sie einen, bevor Sie einen weiteren registrieren.`,
  removed: 'Der Client ist entfernt, und alles, was er konnte, ist beendet.',
  toAccount: 'Ihr Konto',
  toClients: 'Alle Ihre Clients',
  since: 'Registriert am',
  types: {
    web: { label: 'Web-App', advice: 'Läuft auf einem Server, der ihr Geheimnis hütet.' },
    spa: { label: 'Browser-App', advice: 'Läuft nur im Browser: Sie kann kein Geheimnis hüten.' },
    native: {
      label: 'App für Telefone und Computer',
      advice: 'Läuft dort, wo sie installiert ist: Sie kann kein Geheimnis hüten.',
    },
    service: {
      label: 'Maschinen-Client',
      advice: 'Bekommt Tokens für sich selbst, von einem Server aus. Niemand meldet sich bei ihm an.',
    },
  },
  form: {
    type: 'Um was für einen Client geht es?',
    more: 'Weitere Einstellungen',
    create: 'Registrieren',
    save: 'Speichern',
    problemHeading: 'Es ist noch nichts gespeichert',
    notSaved: 'Es ist noch nichts gespeichert. Drücken Sie den Knopf noch einmal.',
    proveElsewhere:
      'Ihre Anmeldung liegt zu lange zurück. Melden Sie sich in einem neuen Tab noch einmal an und drücken Sie dann hier den Knopf noch einmal.',
    prove: 'Noch einmal anmelden',
    byDefault: 'Was zur Art des Clients passt',
  },
  fields: {
    client_name: { label: 'Name', advice: 'Das sieht man bei der Anmeldung.' },
    redirect_uris: {
      label: 'Redirect-URIs',
      advice:
        'Adressen, an die man nach der Anmeldung zurückkehrt: eine je Zeile, Buchstabe für Buchstabe verglichen. Ein Maschinen-Client hat keine.',
    },
    post_logout_redirect_uris: {
      label: 'Redirect-URIs nach der Abmeldung',
      advice: 'Adressen, an die man nach der Abmeldung gehen kann: eine je Zeile.',
    },
    token_endpoint_auth_method: {
      label: 'Wie er sich ausweist',
      advice: 'Am Token-Endpunkt und überall sonst.',
    },
    jwks_uri: {
      label: 'Adresse der öffentlichen Schlüssel',
      advice: 'Für einen Client, der sich durch einen Schlüssel ausweist.',
    },
    jwks: {
      label: 'Öffentliche Schlüssel',
      advice: 'Anstelle ihrer Adresse: ein JWK-Set als JSON. Nie ein privater Schlüssel.',
    },
    scope: {
      label: 'Scopes',
      advice: 'Nur diese darf er anfragen, mit Leerzeichen dazwischen. Leer: alle außer roles.',
    },
    id_token_signed_response_alg: {
      label: 'Signatur von ID-Tokens',
      advice: 'Das, was seine Bibliothek erwartet.',
    },
    client_uri: { label: 'Startseite', advice: 'Ein Link auf den Seiten einer Anmeldung.' },
    logo_uri: { label: 'Logo', advice: 'Die Adresse eines Bildes.' },
    policy_uri: {
      label: 'Datenschutzerklärung',
      advice: 'Ein Link auf der Seite, die um Einwilligung bittet.',
    },
    tos_uri: {
      label: 'Nutzungsbedingungen',
      advice: 'Ein Link auf der Seite, die um Einwilligung bittet.',
    },
    contacts: {
      label: 'Ansprechpersonen',
      advice: 'E-Mail-Adressen, eine je Zeile: für die Betreiber dieses Dienstes.',
    },
    initiate_login_uri: {
      label: 'Wo eine Anmeldung beginnt',
      advice: 'Die Adresse Ihrer App, die eine Anmeldung beginnt, wenn jemand von hier kommt.',
    },
    backchannel_logout_uri: {
      label: 'Back-Channel-Logout',
      advice: 'Dorthin wird ein Logout-Token gesendet, wenn eine Sitzung des Clients endet.',
    },
  },
  problems: {
    name_missing: 'Geben Sie ihm einen Namen: Man sieht ihn bei der Anmeldung.',
    name_invisible: 'An diesem Namen ist nichts zu sehen.',
    redirect_uri_missing: 'Geben Sie die Adresse ein, an die man nach der Anmeldung zurückkehrt.',
    no_code_flow: 'Das gibt es bei einem Maschinen-Client nicht: Niemand meldet sich bei ihm an.',
    keys_malformed: 'Das ist kein JWK-Set. Eines sieht aus wie {"keys": [...]}.',
    keys_private:
      'Darunter ist ein privater Schlüssel. Geben Sie nur die öffentlichen ein, und erzeugen Sie ein neues Paar, wenn jemand ihn gesehen haben kann.',
  },
  methods: {
    client_secret_basic: 'Mit einem Geheimnis, im Header',
    client_secret_post: 'Mit einem Geheimnis, im Body',
    private_key_jwt: 'Mit einem eigenen Schlüssel',
    none: 'Gar nicht, als öffentlicher Client',
  },
  decided: {
    heading: 'Von der Administration festgelegt',
    explanation:
      'Das gilt für den Client und lässt sich hier nicht ändern. Wenden Sie sich an die Betreiber dieses Dienstes.',
    isEmpty: 'nicht gesetzt',
  },
  facts: {
    clientId: 'Client-ID',
    heading: 'Als was er registriert ist',
    kind: 'Art',
    issuer: 'Aussteller (Issuer)',
    grants: 'Grants',
  },
  settings: 'Einstellungen',
  secret: {
    heading: 'Geheimnis',
    once: 'Das ist das Geheimnis des Clients. Es wird nur dieses eine Mal gezeigt: Kopieren Sie es jetzt dorthin, wo Ihre App ihre Geheimnisse hütet.',
    label: 'Client-Geheimnis',
    kept: 'Das Geheimnis wurde gezeigt, als es entstand, und lässt sich nicht noch einmal zeigen. Wenn es verloren ist oder jemand es gesehen hat, erzeugen Sie ein neues.',
    olderUntil: (time) => `Das vorige funktioniert noch bis ${time}.`,
    overlap: 'Das jetzige Geheimnis',
    atOnce: 'gilt sofort nicht mehr',
    hours: (hours) => `gilt noch ${hours} lang`,
    rotate: 'Neues Geheimnis erzeugen',
    problem: 'Wählen Sie, wie lange das jetzige Geheimnis noch gilt.',
  },
  readyCode: {
    beginSignIn: 'Bei dieser App anmelden',
    heading: 'Code dafür',
    explanation:
      'Programme, die Menschen anmelden oder Tokens annehmen. Die Werte dieses Clients stehen in den Befehlen. Legen Sie die Dateien in einen Ordner, und geben Sie dort die Befehle ein.',
    filled:
      'Das Geheimnis steht dieses eine Mal in den Befehlen: Wer sie sieht, hat es. Kopieren Sie es zuerst, denn auf der Seite eines anderen Programms steht es nicht mehr.',
    unfilled: 'An der Stelle des Geheimnisses stehen Wörter: Setzen Sie dort Ihr Geheimnis ein.',
    lacks:
      'Dieses Programm sendet eine Redirect-URI, die noch nicht registriert ist. Fügen Sie sie in den Einstellungen hinzu:',
    commands: 'In einem Terminal',
    copy: 'Kopieren',
    copied: 'Kopiert',
  },
  refusals: {
    heading: 'Letzte Ablehnungen',
    explanation:
      'Was diesem Client, oder in seinem Namen, in den letzten 7 Tagen abgelehnt wurde. Um wessen Anmeldung es ging, wird nicht gezeigt.',
    none: 'In den letzten 7 Tagen wurde nichts abgelehnt.',
    at: 'Endpunkt',
    whatToDo: 'Was zu tun ist',
  },
  removal: {
    heading: 'Client entfernen',
    explanation: 'Das endet sofort und lässt sich nicht zurückholen:',
    ends: {
      signIn: 'Niemand kann sich mehr bei ihm anmelden.',
      tokens: 'Jedes Token, und alles, was man ihm erlaubt hat.',
      secret: 'Sein Geheimnis, seine client_id und diese Einstellungen.',
    },
    understood: 'Ich weiß, dass nicht mehr funktioniert, was diesen Client benutzt.',
    submit: 'Diesen Client entfernen',
    problem: 'Setzen Sie den Haken, wenn Sie diesen Client wirklich entfernen möchten.',
  },
  messages: {
    signed_out: {
      heading: 'Sie sind hier nicht mehr angemeldet',
      explanation:
        'Gerade wurde nichts getan. Melden Sie sich an, um Ihre Clients zu sehen, und beginnen Sie noch einmal.',
      button: 'Anmelden',
    },
    no_role: {
      heading: 'Diese Seite ist für Entwickler',
      explanation:
        'Ihrem Konto fehlt die Rolle, die es dafür braucht. Bitten Sie die Betreiber dieses Dienstes, ihm die Rolle „developer“ zu geben.',
      button: 'Ihr Konto',
    },
    client_unknown: {
      heading: 'Sie haben keinen solchen Client',
      explanation: 'Er wurde entfernt, oder es war nie einer von Ihren. Gerade wurde nichts getan.',
      button: 'Ihre Clients',
    },
    made_already: {
      heading: 'Dieser Client ist schon registriert',
      explanation:
        'Das Formular wurde schon einmal gesendet, und dabei wurde sein Geheimnis gezeigt. Es lässt sich nicht noch einmal zeigen: Wenn Sie es nicht haben, erzeugen Sie ein neues.',
      button: 'Zum Client',
    },
    form_used: {
      heading: 'Dieses Formular wurde schon benutzt',
      explanation:
        'Daraus ist schon ein Client entstanden, der inzwischen anders heißt oder entfernt wurde. Gerade wurde nichts registriert: Beginnen Sie für einen weiteren von vorn.',
      button: 'Ihre Clients',
    },
    secret_rotated: {
      heading: 'Dieser Client hat inzwischen ein anderes Geheimnis',
      explanation: 'Gerade ist kein neues entstanden: Das zuletzt gezeigte gilt weiter.',
      button: 'Zum Client',
    },
    no_secret: {
      heading: 'Dieser Client hat kein Geheimnis mehr',
      explanation:
        'Wie er sich ausweist, wurde geändert, seit Sie die Seite geöffnet haben. Gerade ist kein Geheimnis entstanden.',
      button: 'Zum Client',
    },
    clients_full: {
      heading: 'Sie haben so viele Clients, wie eine Person haben kann',
      explanation:
        'Gerade wurde nichts registriert. Entfernen Sie einen Client, den nichts mehr benutzt, und beginnen Sie dann noch einmal.',
      button: 'Ihre Clients',
    },
  },
};
