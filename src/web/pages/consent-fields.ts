/** What the consent page shows. */
import { appTile, initialOf, shownName, webLink } from './names-and-links.ts';
import type { ConsentPage } from './page-models.ts';
import { permissionGroups } from './permissions.ts';
import type { Dictionary } from './words/en.ts';

export function consentFields(page: ConsentPage, text: Dictionary) {
  const { client, account } = page;
  const app = appTile(client.name, client.logoUri);
  const clientLink = webLink(client.uri);
  const documents = [
    { href: webLink(client.policyUri), label: text.consent.privacyPolicy },
    { href: webLink(client.tosUri), label: text.consent.termsOfService },
  ].filter(({ href }) => href !== undefined);
  // An app of its own address scheme (RFC 8252 7.1) has no host to name.
  const redirectHost = page.redirectHost === '' ? text.consent.onThisDevice : page.redirectHost;
  const name = account.name === undefined ? '' : shownName(account.name);
  return {
    heading: text.consent.heading(app.name),
    app: { ...app, link: clientLink && { href: clientLink, label: new URL(clientLink).host } },
    unverified: client.isVerified === false && text.consent.unverified(app.name, redirectHost),
    account: { email: account.email, name, initial: initialOf(name === '' ? account.email : name) },
    groups: permissionGroups(text, app.name, page),
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    redirectHost,
    signOutHref: page.signOutHref,
    documents,
  };
}
