import type { MailDictionary } from './en.ts';

const nothingHappens = 'Wenn Sie es nicht waren, tun Sie nichts: Von selbst geschieht nichts.';

const notMe = {
  action: 'Das war ich nicht',
  notYou:
    'Wenn Sie es nicht waren, öffnen Sie den Link und drücken Sie auf der Seite den Knopf. Alle werden überall abgemeldet, und Sie wählen ein neues Passwort.',
};

export const de: MailDictionary = {
  until: (date) => `Der Link gilt bis ${date} und nur einmal.`,
  byHand: 'Wenn der Knopf nicht geht, öffnen Sie diese Adresse in Ihrem Browser:',
  codeLine: (code, brand) => `${code} ist Ihr Code für ${brand}.`,
  codeUntil: (minutes) => `Er gilt ${minutes} Minuten lang und nur einmal.`,
  forApp: (app) => `Die App, bei der Sie sich anmelden, heißt „${app}“.`,
  sender: (brand) => `${brand} hat diese E-Mail von selbst verschickt. Antworten darauf liest niemand.`,
  facts: {
    at: (when) => `Wann: ${when}`,
    factor: (factor) => `Was: ${factor}`,
    device: (device) => `Wo: ${device}`,
    address: (address) => `Von der Netzwerkadresse ${address}`,
    factors: { authenticator_app: 'eine Authenticator-App', passkey: 'ein Passkey' },
  },
  texts: {
    confirm_registration: {
      subject: (brand) => `Bestätigen Sie Ihre E-Mail-Adresse für ${brand}`,
      why: (brand) => `Jemand, wahrscheinlich Sie, legt mit dieser E-Mail-Adresse ein Konto bei ${brand} an.`,
      todo: 'Öffnen Sie den Link und drücken Sie auf der Seite den Knopf. Am schnellsten geht das in dem Browser, in dem Sie begonnen haben.',
      action: 'Adresse bestätigen',
      notYou: 'Wenn Sie es nicht waren, tun Sie nichts: Ohne den Knopf entsteht kein Konto.',
    },
    already_registered: {
      subject: (brand) => `Sie haben schon ein Konto bei ${brand}`,
      why: (brand) =>
        `Jemand, wahrscheinlich Sie, wollte diese E-Mail-Adresse für ein Konto bei ${brand} benutzen. Sie gehört schon zu einem.`,
      todo: 'Melden Sie sich mit dieser Adresse an. Wenn Sie Ihr Passwort vergessen haben, hilft Ihnen die Anmeldeseite zu einem neuen.',
      action: 'Anmelden',
      notYou: `${nothingHappens} Ihr Konto ist unverändert.`,
    },
    awaiting_approval: {
      subject: (brand) => `Ihr Konto bei ${brand} wartet auf Freigabe`,
      why: (brand) => `Sie haben ein Konto bei ${brand} angelegt und diese E-Mail-Adresse bestätigt.`,
      todo: 'Die Betreiber sehen sich Ihre Anfrage jetzt an. Sie müssen nichts tun: Sie bekommen eine E-Mail, wenn entschieden ist.',
      action: '',
      notYou: nothingHappens,
    },
    approved: {
      subject: (brand) => `Ihr Konto bei ${brand} ist bereit`,
      why: (brand) => `Sie haben um ein Konto bei ${brand} gebeten. Die Betreiber haben es freigegeben.`,
      todo: 'Sie können sich jetzt anmelden, mit dieser E-Mail-Adresse und dem Passwort, das Sie gewählt haben.',
      action: 'Anmelden',
      notYou: nothingHappens,
    },
    rejected: {
      subject: (brand) => `Ihre Anfrage nach einem Konto bei ${brand}`,
      why: (brand) => `Sie haben um ein Konto bei ${brand} gebeten. Die Betreiber haben es nicht freigegeben.`,
      todo: 'Sie können sich dort mit dieser Adresse nicht anmelden. Wenn Sie das für einen Irrtum halten, fragen Sie die Betreiber.',
      action: '',
      notYou: nothingHappens,
    },
    invitation: {
      subject: (brand) => `Sie sind zu ${brand} eingeladen`,
      why: (brand) => `Die Betreiber von ${brand} laden Sie ein, mit dieser E-Mail-Adresse ein Konto anzulegen.`,
      todo: 'Öffnen Sie den Link und wählen Sie dort ein Passwort.',
      action: 'Einladung annehmen',
      notYou:
        'Wenn Sie kein Konto möchten oder die Betreiber nicht kennen, tun Sie nichts: Ohne Sie entsteht kein Konto.',
    },
    reset_password: {
      subject: (brand) => `Wählen Sie ein neues Passwort für ${brand}`,
      why: (brand) =>
        `Jemand, wahrscheinlich Sie, hat um ein neues Passwort für das Konto dieser Adresse bei ${brand} gebeten.`,
      todo: 'Öffnen Sie den Link und wählen Sie dort ein neues Passwort. Danach sind Sie überall abgemeldet.',
      action: 'Neues Passwort wählen',
      notYou: `${nothingHappens} Ihr Passwort bleibt, wie es ist.`,
    },
    password_changed: {
      subject: (brand) => `Ihr Passwort bei ${brand} wurde geändert`,
      why: (brand) => `Das Passwort Ihres Kontos bei ${brand} wurde gerade geändert.`,
      todo: 'Wenn Sie es waren, ist nichts zu tun.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    confirm_new_email: {
      subject: (brand) => `Bestätigen Sie Ihre neue E-Mail-Adresse für ${brand}`,
      why: (brand) => `Jemand, wahrscheinlich Sie, möchte diese E-Mail-Adresse für ein Konto bei ${brand} benutzen.`,
      todo: 'Öffnen Sie den Link und drücken Sie auf der Seite den Knopf. Bis dahin behält das Konto seine alte Adresse.',
      action: 'Neue Adresse bestätigen',
      notYou: 'Wenn Sie es nicht waren, tun Sie nichts: Ohne den Knopf wird diese Adresse nicht benutzt.',
    },
    email_change_begun: {
      subject: (brand) => `Eine andere E-Mail-Adresse für Ihr Konto bei ${brand}`,
      why: (brand) =>
        `Jemand, der in Ihrem Konto bei ${brand} angemeldet ist, wahrscheinlich Sie, hat eine andere E-Mail-Adresse dafür eingegeben. Sie gilt, sobald sie bestätigt ist.`,
      todo: 'Wenn Sie es waren, sehen Sie bei der neuen Adresse nach der E-Mail.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    email_changed: {
      subject: (brand) => `Die E-Mail-Adresse Ihres Kontos bei ${brand} wurde geändert`,
      why: (brand) =>
        `Ihr Konto bei ${brand} hat jetzt eine andere E-Mail-Adresse. Dies ist die letzte E-Mail an die alte.`,
      todo: 'Wenn Sie es waren, ist nichts zu tun. Melden Sie sich von jetzt an mit der neuen Adresse an.',
      action: notMe.action,
      notYou:
        'Wenn Sie es nicht waren, öffnen Sie den Link und drücken Sie auf der Seite den Knopf. Alle werden überall abgemeldet, Ihr Konto bekommt diese Adresse zurück, und Sie wählen ein neues Passwort.',
    },
    new_device: {
      subject: (brand) => `Eine neue Anmeldung in Ihrem Konto bei ${brand}`,
      why: (brand) =>
        `Jemand, wahrscheinlich Sie, hat sich bei Ihrem Konto bei ${brand} in einem Browser angemeldet, der dort nicht oder nicht mehr bekannt ist.`,
      todo: 'Wenn Sie es waren, ist nichts zu tun.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    failed_sign_ins: {
      subject: (brand) => `Fehlgeschlagene Anmeldungen bei Ihrem Konto bei ${brand}`,
      why: (brand) =>
        `Jemand hat immer wieder versucht, sich bei Ihrem Konto bei ${brand} anzumelden, ohne Erfolg. Niemand ist so hineingekommen.`,
      todo: 'Wenn Sie sich beim Passwort vertippt haben, ist nichts zu tun. Sie müssen auch dann nichts tun, wenn Sie Ihr Passwort nirgends sonst benutzen: Wer rät, wird gebremst.',
      action: notMe.action,
      notYou:
        'Wenn Sie meinen, dass jemand Ihr Passwort kennt, öffnen Sie den Link und drücken Sie auf der Seite den Knopf. Alle werden überall abgemeldet, und Sie wählen ein neues Passwort.',
    },
    factor_added: {
      subject: (brand) => `Zu Ihrem Konto bei ${brand} wurde ein zweiter Faktor hinzugefügt`,
      why: (brand) =>
        `Zu Ihrem Konto bei ${brand} wurde ein zweiter Faktor hinzugefügt: eine Authenticator-App oder ein Passkey.`,
      todo: 'Wenn Sie es waren, ist nichts zu tun.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    factor_removed: {
      subject: (brand) => `Von Ihrem Konto bei ${brand} wurde ein zweiter Faktor entfernt`,
      why: (brand) =>
        `Von Ihrem Konto bei ${brand} wurde ein zweiter Faktor entfernt: eine Authenticator-App oder ein Passkey.`,
      todo: 'Wenn Sie es waren, ist nichts zu tun.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    recovery_codes_renewed: {
      subject: (brand) => `Neue Wiederherstellungscodes für Ihr Konto bei ${brand}`,
      why: (brand) =>
        `Für Ihr Konto bei ${brand} wurden neue Wiederherstellungscodes erstellt. Die bisherigen gelten nicht mehr.`,
      todo: 'Wenn Sie es waren, bewahren Sie die neuen an einem sicheren Ort auf, und werfen Sie die alten weg.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    factors_reset: {
      subject: (brand) => `Die zweiten Faktoren Ihres Kontos bei ${brand} wurden entfernt`,
      why: (brand) =>
        `Die Betreiber von ${brand} haben die zweiten Faktoren Ihres Kontos entfernt: Authenticator-App, Passkeys und Wiederherstellungscodes. Sie wurden überall abgemeldet.`,
      todo: 'Wenn Sie darum gebeten haben, melden Sie sich mit Ihrem Passwort an, und richten Sie bei Ihrem Konto einen neuen Faktor ein.',
      action: notMe.action,
      notYou:
        'Wenn Sie nicht darum gebeten haben, öffnen Sie den Link und drücken Sie auf der Seite den Knopf: Sie wählen dann ein neues Passwort. Fragen Sie danach die Betreiber, warum das geschehen ist.',
    },
    account_deleted: {
      subject: (brand) => `Ihr Konto bei ${brand} wurde gelöscht`,
      why: (brand) => `Ihr Konto bei ${brand} wurde gerade gelöscht, mit allem, was dort über Sie gespeichert war.`,
      todo: 'Es ist nichts zu tun. Sie können mit dieser Adresse jederzeit ein neues Konto anlegen.',
      action: '',
      notYou: 'Wenn Sie das nicht wollten, sagen Sie den Betreibern Bescheid.',
    },
    sign_in_code: {
      subject: (brand) => `Ihr Code statt eines Passworts für ${brand}`,
      why: (brand) =>
        `Jemand, wahrscheinlich Sie, will sich mit dieser E-Mail-Adresse und ohne Passwort bei ${brand} anmelden.`,
      todo: 'Geben Sie den Code auf der Seite ein, auf der Sie ihn angefordert haben. Geben Sie ihn nie weiter: Niemand, der Ihnen hilft, braucht ihn.',
      action: '',
      notYou: 'Wenn Sie es nicht waren, tun Sie nichts: Ohne den Code kommt niemand hinein.',
    },
    second_factor_code: {
      subject: (brand) => `Ihr Code für die Anmeldung bei ${brand}`,
      why: (brand) =>
        `Jemand, wahrscheinlich Sie, meldet sich bei ${brand} an und hat das Passwort Ihres Kontos eingegeben.`,
      todo: 'Geben Sie den Code auf der Seite ein, die danach fragt. Geben Sie ihn nie weiter: Niemand, der Ihnen hilft, braucht ihn.',
      action: '',
      notYou:
        'Wenn Sie es nicht waren, kennt jemand anderes Ihr Passwort: Wählen Sie sofort ein neues und sagen Sie den Betreibern Bescheid.',
    },
  },
  development: {
    heading: 'E-Mails dieser Entwicklungsumgebung',
    explanation: (most) => `Was verschickt worden wäre, steht in Dateien. Das sind die neuesten, höchstens ${most}.`,
    none: 'Es gibt noch keine.',
    from: 'Von',
    to: 'An',
    sentAt: 'Gesendet',
    unreadable: 'Diese Datei lässt sich nicht als E-Mail lesen',
    source: 'Quelltext ihres HTML',
    all: 'Alle E-Mails',
  },
};
