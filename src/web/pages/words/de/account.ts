import type { account as english } from '../en/account.ts';

export const account: typeof english = {
  account: {
    heading: 'Ihr Konto',
    signedInAs: 'Angemeldet als',
    signOut: 'Abmelden',
    saved: 'Erledigt.',
    notSaved: 'Noch nicht gespeichert. Drücken Sie den Knopf noch einmal.',
    proof: {
      fresh: (minutes) =>
        `Änderungen sind ${minutes} Minuten lang möglich, nachdem Sie sich angemeldet haben. Danach melden Sie sich vorher noch einmal an.`,
      stale: 'Vor einer Änderung melden Sie sich noch einmal an.',
    },
    prove: 'Noch einmal anmelden und fortfahren',
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
    contents: 'Auf dieser Seite',
    more: (count) => `Weitere ${count} werden nicht angezeigt.`,
    sessions: {
      heading: 'Sitzungen',
      explanation:
        'Hier sind Sie angemeldet. Wenn Sie eine Sitzung beenden, ist das Gerät sofort abgemeldet, und alles endet, was Apps dort bekommen haben: auch bei Apps, die ihren Zugriff behalten dürfen, während Sie nicht da sind. Was Sie einer App erlaubt haben, bleibt gespeichert.',
      devices: {
        both: (browser, system) => `${browser} unter ${system}`,
        system: (system) => `Ein Browser oder eine App unter ${system}`,
        unknown: 'Unbekanntes Gerät',
      },
      thisOne: 'Diese Sitzung',
      firstSeen: 'Angemeldet seit',
      lastSeen: 'Zuletzt aktiv',
      end: 'Diese Sitzung beenden',
      endOthers: 'Alle anderen Sitzungen beenden',
      noOthers: 'Sie sind nirgendwo sonst angemeldet.',
      ended: 'Die Sitzung ist beendet.',
      othersEnded: 'Alle anderen Sitzungen sind beendet.',
    },
    apps: {
      heading: 'Verbundene Apps',
      explanation:
        'Das dürfen diese Apps mit Ihrem Konto tun. Ein Widerruf beendet jeden Zugriff einer App, auf allen Geräten, und die App muss Sie neu fragen. Was die App schon gespeichert hat, löscht er nicht.',
      none: 'Keine App hat Zugriff auf Ihr Konto.',
      since: 'Seit',
      lastUsed: 'Zuletzt benutzt',
      isIdle:
        'Im Moment hat sie keinen Zugriff. Sie haben ihn früher erlaubt, deshalb bekommt sie ihn ohne Nachfrage wieder, wenn Sie sich bei ihr anmelden.',
      firstParty:
        'Ihre Organisation hat dieser App den Zugriff gegeben. Nach einem Widerruf bekommt sie ihn wieder, wenn Sie sich das nächste Mal bei ihr anmelden.',
      unregistered: 'Diese App ist hier nicht mehr registriert.',
      permissions: 'Was sie darf',
      open: 'Öffnen',
      revoke: 'Zugriff widerrufen',
      revoked:
        'Die App hat keinen Zugriff mehr auf Ihr Konto. Ein Token, das sie schon hatte, kann eine API noch bis zu 10 Minuten lang annehmen.',
    },
    activity: {
      heading: 'Aktivitäten',
      explanation:
        'Was mit Ihrem Konto geschehen ist, höchstens in den letzten 90 Tagen. Wenn etwas davon nicht von Ihnen war, ändern Sie Ihr Passwort.',
      none: 'Bisher ist nichts verzeichnet.',
      all: 'Alles zeigen, was gespeichert ist',
      app: (name) => `mit ${name}`,
      from: (address) => `IP-Adresse ${address}`,
      events: {
        'sign_in.succeeded': {
          mailed_code: 'Sie haben sich mit einem Code angemeldet, der Ihnen per E-Mail gesendet wurde.',
          passkey: 'Sie haben sich mit einem Passkey angemeldet.',
          password: 'Sie haben sich mit Ihrem Passwort angemeldet.',
          registration: 'Sie haben sich angemeldet, indem Sie sich registriert haben.',
          second_factor: 'Sie haben eine Anmeldung mit einem zweiten Faktor bestätigt.',
        },
        'sign_in.failed': {
          account_disabled: 'Jemand wollte sich anmelden, während Ihr Konto gesperrt war.',
          account_expired: 'Jemand wollte sich anmelden, nachdem Ihr Konto abgelaufen war.',
          awaits_approval: 'Jemand wollte sich anmelden, bevor Ihr Konto freigegeben war.',
          busy: 'Eine Anmeldung konnte nicht geprüft werden: Zu viele Personen meldeten sich an.',
          passkey_cloned:
            'Eine Anmeldung ist gescheitert: Vielleicht hat jemand eine Kopie Ihres Passkeys. Entfernen Sie diesen Passkey und fügen Sie einen neuen hinzu.',
          passkey_doubtful:
            'Eine Anmeldung ist gescheitert: Der Passkey wurde hinzugefügt, als Sie es vielleicht nicht waren.',
          passkey_reused:
            'Eine Anmeldung ist gescheitert: Was Ihr Passkey unterschrieben hatte, wurde ein zweites Mal gesendet.',
          passkey_unknown: 'Eine Anmeldung ist gescheitert: Der Passkey gehörte nicht zu Ihrem Konto.',
          passkey_unverified:
            'Eine Anmeldung ist gescheitert: Der Passkey wurde ohne PIN, Fingerabdruck oder Ähnliches benutzt.',
          unknown_account: 'Eine Anmeldung ist gescheitert: Das Konto wurde nicht gefunden.',
          wrong_code: 'Eine Anmeldung ist gescheitert: Der zusätzliche Code war falsch oder schon benutzt.',
          wrong_passkey: 'Eine Anmeldung ist gescheitert: Jemand gab vor, Ihren Passkey zu haben.',
          wrong_password: 'Eine Anmeldung ist gescheitert: Das Passwort war falsch.',
          wrong_mailed_code:
            'Eine Anmeldung ist gescheitert: Der per E-Mail gesendete Code war falsch oder nicht mehr gültig.',
          wrong_recovery_code:
            'Eine Anmeldung ist gescheitert: Der Wiederherstellungscode war falsch oder schon benutzt.',
        },
        'sign_in.refused': 'Sie haben sich angemeldet, und die App erwartete ein anderes Konto: Sie bekam nichts.',
        'sign_in.throttled': 'Eine Anmeldung wurde angehalten: Es hatte zu viele Versuche gegeben.',
        'registration.begun': 'Jemand wollte sich mit Ihrer E-Mail-Adresse registrieren.',
        'registration.failed': 'Eine Registrierung mit Ihrer E-Mail-Adresse ist gescheitert.',
        'consent.given': 'Sie haben einer App erlaubt, Ihr Konto zu benutzen.',
        'consent.denied': {
          user: 'Sie haben die Anfrage einer App abgelehnt.',
          terms: 'Sie haben die Nutzungsbedingungen nicht akzeptiert.',
          cancelled: 'Sie haben eine Anmeldung abgebrochen.',
        },
        'terms.accepted': 'Sie haben die Nutzungsbedingungen akzeptiert.',
        'consent.withdrawn': {
          administrator:
            'Was Sie einer App erlaubt hatten, wurde von den Personen zurückgenommen, die Ihr Konto verwalten.',
          user: 'Sie haben zurückgenommen, was Sie einer App erlaubt hatten.',
        },
        'code.replayed':
          'Ein Anmeldecode wurde ein zweites Mal benutzt, was ein Angriff sein kann: Was daraus entstand, ist beendet.',
        'refresh.replayed':
          'Der Schlüssel einer App zu Ihrem Konto wurde ein zweites Mal benutzt, was ein Angriff sein kann: Er ist ungültig.',
        'refresh.answered_again': 'Eine App hat eine Anfrage wiederholt und dieselbe Antwort noch einmal bekommen.',
        'grant.replayed':
          'Der Code eines Geräts wurde ein zweites Mal benutzt, was ein Angriff sein kann: Was daraus entstand, ist beendet.',
        'grant.revoked': {
          administrator: 'Der Zugriff einer App wurde von den Personen beendet, die Ihr Konto verwalten.',
          replay: 'Der Zugriff einer App endete, weil etwas davon ein zweites Mal benutzt wurde.',
          signed_out: 'Der Zugriff einer App endete, weil Sie sich abgemeldet haben.',
          token_revoked: 'Eine App hat ihren Zugriff zurückgegeben.',
          user: 'Sie haben den Zugriff einer App widerrufen.',
        },
        'session.ended': {
          signed_out: 'Sie haben sich abgemeldet.',
          other_account: 'Sie wurden abgemeldet, weil sich in diesem Browser ein anderes Konto angemeldet hat.',
          user: 'Sie haben eine Sitzung auf einem anderen Gerät beendet.',
          all_others: 'Sie haben alle anderen Sitzungen beendet.',
        },
        'account.created': {
          administrator: 'Ihr Konto wurde von den Personen angelegt, die es verwalten.',
          invitation: 'Sie haben eine Einladung angenommen, und Ihr Konto wurde angelegt.',
          registration: 'Sie haben sich registriert.',
        },
        'account.approved': 'Ihr Konto wurde freigegeben.',
        'account.updated': {
          administrator: 'Ihr Profil wurde von den Personen geändert, die Ihr Konto verwalten.',
          user: 'Sie haben Ihr Profil geändert.',
          not_me:
            'Ihr Konto bekam die E-Mail-Adresse zurück, die es davor hatte: Eine Nachricht wurde mit „Das war ich nicht“ beantwortet.',
        },
        'account.password_set': {
          administrator: 'Ihr Passwort wurde von den Personen gesetzt, die Ihr Konto verwalten.',
          user: 'Sie haben Ihr Passwort geändert.',
          reset: 'Sie haben über einen Link aus einer E-Mail ein neues Passwort gewählt.',
        },
        'account.disabled': 'Ihr Konto wurde gesperrt.',
        'account.enabled': 'Ihr Konto wurde wieder freigegeben.',
        'account.role_granted': 'Ihr Konto hat hier eine Rolle bekommen.',
        'account.role_revoked': 'Ihrem Konto wurde hier eine Rolle entzogen.',
        'account.sessions_ended': {
          administrator: 'Alle Ihre Sitzungen wurden von den Personen beendet, die Ihr Konto verwalten.',
          user: 'Alle Ihre Sitzungen endeten mit Ihrem bisherigen Passwort.',
          reset: 'Alle Ihre Sitzungen endeten, weil über einen Link ein neues Passwort gewählt wurde.',
          not_me:
            'Alle Ihre Sitzungen und Ihr Passwort endeten, weil eine Nachricht mit „Das war ich nicht“ beantwortet wurde.',
        },
        'account.factor_added': {
          authenticator_app: 'Sie haben eine Authenticator-App hinzugefügt.',
          passkey: 'Sie haben einen Passkey hinzugefügt.',
        },
        'account.factor_removed': {
          authenticator_app: 'Sie haben eine Authenticator-App entfernt.',
          passkey: 'Sie haben einen Passkey entfernt.',
        },
        'account.recovery_codes_made': {
          first_factor: 'Mit dem ersten Faktor, den Sie hinzugefügt haben, haben Sie Wiederherstellungscodes bekommen.',
          user: 'Sie haben neue Wiederherstellungscodes erstellt.',
        },
        'account.proof_given': 'Sie haben einen Wiederherstellungscode verwendet, um Ihre zweiten Faktoren zu ändern.',
        'account.proof_failed': {
          wrong_recovery_code:
            'Auf dieser Seite wurde ein Wiederherstellungscode eingegeben, der falsch oder schon benutzt war.',
          too_many_attempts:
            'Ein Wiederherstellungscode wurde auf dieser Seite nicht geprüft: Es hatte zu viele Versuche gegeben.',
        },
        'account.devices_forgotten': {
          one: 'Sie haben ein Gerät vergessen lassen, das keinen zweiten Faktor brauchte.',
          all: 'Sie haben alle Geräte vergessen lassen, die keinen zweiten Faktor brauchten.',
        },
        'account.factors_reset': 'Ihre zweiten Faktoren wurden von den Personen entfernt, die Ihr Konto verwalten.',
      },
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
      session_unknown: {
        heading: 'Diese Sitzung gibt es nicht',
        explanation: 'Es ist keine Ihrer Sitzungen, oder sie ist nicht mehr gespeichert. Gerade wurde nichts beendet.',
        button: 'Zu Ihren Sitzungen',
      },
      app_unknown: {
        heading: 'Diese App hat keinen Zugriff auf Ihr Konto',
        explanation: 'Ihr Zugriff wurde schon widerrufen, oder sie hatte nie einen. Gerade wurde nichts beendet.',
        button: 'Zu Ihren Apps',
      },
      factor_unknown: {
        heading: 'Diesen zweiten Faktor gibt es nicht',
        explanation: 'Er wurde schon entfernt, oder es ist keiner von Ihren. Eben wurde nichts geändert.',
        button: 'Zu Ihren zweiten Faktoren',
      },
      factor_required: {
        heading: 'Der letzte zweite Faktor bleibt bestehen',
        explanation:
          'Ihr Konto muss einen zweiten Faktor haben: Das haben die Betreiber dieses Dienstes so festgelegt. Um diesen zu ersetzen, fügen Sie zuerst einen anderen hinzu.',
        button: 'Zu Ihren zweiten Faktoren',
      },
      factors_full: {
        heading: 'Mehr Authenticator-Apps sind nicht möglich',
        explanation: 'Entfernen Sie eine, die Sie nicht mehr benutzen, und fügen Sie dann die neue hinzu.',
        button: 'Zu Ihren zweiten Faktoren',
      },
      device_unknown: {
        heading: 'Dieses gemerkte Gerät gibt es nicht',
        explanation: 'Es ist keines von Ihren, oder es ist nicht mehr gemerkt. Eben wurde nichts geändert.',
        button: 'Zu Ihren zweiten Faktoren',
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
