import type { developerRefusals as english } from '../en/developer-refusals.ts';

export const developerRefusals: typeof english = {
  'request.refused': {
    address_not_allowed: 'Die Anfrage kam von einer Netzwerkadresse, die nicht zugelassen ist.',
    consent_required: 'Es hätte eine Einwilligung gebraucht, und es durfte nicht gefragt werden.',
    cross_site: 'Ein Formular wurde nicht von unserer eigenen Seite gesendet.',
    interaction_expired: 'Die Anmeldung war schon abgeschlossen oder zu lange offen.',
    invalid_client: 'In diesem Moment gab es keinen solchen Client.',
    invalid_client_metadata: 'Die Metadaten verstoßen gegen eine Regel.',
    invalid_dpop_proof: 'Der DPoP-Nachweis fehlte, war falsch oder wurde schon benutzt.',
    invalid_grant: 'Der Code oder das Token war unbekannt, abgelaufen, schon benutzt oder für einen anderen Client.',
    invalid_redirect_uri: 'Die Redirect-URI ist keine der registrierten.',
    invalid_request: 'Die Anfrage war fehlerhaft oder widersprach sich.',
    invalid_request_uri: 'Die hinterlegte Anfrage war unbekannt, abgelaufen oder schon benutzt.',
    invalid_scope: 'Diesen Scope darf der Client nicht anfragen.',
    invalid_target: 'Diese Ressource darf der Client nicht anfragen.',
    invalid_token: 'Das Access-Token war unbekannt, abgelaufen oder widerrufen.',
    login_required: 'Es hätte eine Anmeldung gebraucht, und es durfte nicht gefragt werden.',
    not_in_allowed_group: 'Die Person ist in keiner der Gruppen, die den Client benutzen dürfen.',
    other_browser: 'Die Anmeldung war in einem anderen Browser begonnen worden.',
    other: 'Die Anfrage wurde aus einem anderen Grund abgelehnt.',
    stronger_sign_in_needed: 'Die Anmeldung war nicht so stark, wie sie inzwischen sein muss.',
    unmet_authentication_requirements: 'Die Anmeldung war nicht so stark, wie die Anfrage es verlangte.',
    unsupported_grant_type: 'Diesen Grant-Typ gibt es nicht.',
    unsupported_response_type: 'Diesen Response-Typ gibt es nicht.',
    use_dpop_nonce: 'Dem DPoP-Nachweis fehlte die gültige Nonce.',
  },
  'request.throttled': {
    authorization: 'Aus einem Netz wurden zu viele Anmeldungen begonnen.',
    client_assertion: 'Aus einem Netz kamen zu viele Assertions von Apps mit Metadaten-Dokument.',
    mailed_link: 'Ein Formular, das einen Link verschickt, wurde zu oft gesendet.',
    metadata_document:
      'Das Metadaten-Dokument hätte abgerufen werden müssen, und für ein Netz wurden zu viele abgerufen.',
    pushed_authorization_request: 'Es wurden zu viele Anfragen hinterlegt.',
    registration: 'Aus einem Netz haben sich zu viele Apps selbst registriert.',
  },
  'client.authentication_failed': {
    not_proven:
      'Der Client hat sich nicht ausgewiesen: falsches Geheimnis, falsche Assertion oder eine andere Methode als registriert.',
  },
  'client.authentication_throttled': {
    too_many_attempts: 'Der Client hat sich aus einem Netz zu oft nicht ausgewiesen: Es wurde nichts geprüft.',
  },
};
