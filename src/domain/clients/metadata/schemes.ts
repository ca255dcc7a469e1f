/** Which schemes beside https an administrator may allow a native app. */

const MAX_CHARACTERS = 64;

/** RFC 3986 3.1, in lower case, as browsers write them. */
const SCHEME = /^[a-z][a-z0-9+.-]*$/;

/** RFC 8252 7.1: the reversed name of a domain that the owner of the app has. */
const REVERSED_DOMAIN = /^[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+$/;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Whoever gets a code there is no app of its owner: it runs, is shown, is fetched, or lands in a program that came with the device. */
const neverRedirectedTo: ReadonlySet<string> = new Set([
  // Code or a document of its own.
  ...words('javascript vbscript livescript mocha jscript vbs ecmascript data blob filesystem about'),
  // What browsers keep to themselves.
  ...words('view-source chrome chrome-extension chrome-untrusted devtools edge moz-extension resource jar wyciwyg'),
  ...words(
    'safari-extension safari-web-extension ms-browser-extension opera brave vivaldi firefox googlechrome res mk',
  ),
  ...words('googlechromes microsoft-edge-https firefox-focus mhtml ms-its its'),
  ...words('microsoft-edge read ie feed blank hcp x-apple.systempreferences'),
  // The network and files: another rule holds for the web, and the rest is no app.
  ...words('http https ws wss ftp ftps sftp tftp file smb cifs nfs afp dav davs ldap ldaps telnet ssh rlogin tn3270'),
  ...words('gopher dict git svn rtsp rtmp mms irc ircs xmpp ipfs ipns magnet urn cid mid tag jdbc jndi rmi iiop'),
  // Handlers of the system, which take orders.
  ...words('intent android-app market content package shell search search-ms ms-msdt ms-settings ms-officecmd'),
  ...words('ms-word ms-excel ms-powerpoint ms-access ms-visio ms-project ms-publisher ms-infopath ms-spd onenote'),
  ...words('ms-appinstaller ms-cxh ms-cxh-full ms-availablenetworks ms-quick-assist ms-screenclip itms itms-apps'),
  ...words('itmss macappstore ms-search ms-windows-store ms-appx-web x-web-search workflow vnc apt'),
  ...words('itms-services prefs app-prefs applescript help x-man-page vnd.libreoffice.command shortcuts'),
  ...words('mailto tel sms smsto mms callto facetime facetime-audio sip sips skype maps geo webcal steam'),
]);

/** Of those that web pages and extensions register with a browser for themselves, and of what opens any page in Safari. */
const NEVER_BY_PREFIX = /^(?:web\+|ext\+|x-safari-)/;

const isNeverRedirectedTo = (scheme: string): boolean => neverRedirectedTo.has(scheme) || NEVER_BY_PREFIX.test(scheme);

/** Whether an app may have it by its form alone, without an administrator's word. */
export const isPrivateUseScheme = (scheme: string): boolean =>
  REVERSED_DOMAIN.test(scheme) && !isNeverRedirectedTo(scheme);

/** Why an administrator cannot allow it, or undefined. */
export function schemeProblem(scheme: string): string | undefined {
  if (scheme.length > MAX_CHARACTERS || !SCHEME.test(scheme))
    return `${JSON.stringify(scheme.slice(0, MAX_CHARACTERS))} is not the name of a scheme, in lower case and without a colon`;
  return isNeverRedirectedTo(scheme) ? `${scheme} is no scheme that an app can have for itself` : undefined;
}
