/** Schemes in which no app can be trusted to be alone, with a URI of each. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const uris: Readonly<Record<string, string>> = {
  javascript: 'javascript:alert(1)',
  data: 'data:text/html,hello',
  vbscript: 'vbscript:msgbox(1)',
  blob: 'blob:https://app.example/0b1c-2d',
  about: 'about:blank',
  intent: 'intent://app.example/cb',
  mailto: 'mailto:ada@app.example',
  tel: 'tel:+4930123456',
  urn: 'urn:ietf:wg:oauth:2.0:oob',
  'view-source': 'view-source:https://app.example/',
  jar: 'jar:https://app.example/a.jar!/b',
  filesystem: 'filesystem:https://app.example/temporary/x',
};

/** Not even an administrator can allow them. */
export const dangerousSchemes: readonly string[] = words(
  `javascript data vbscript blob file about http https ftp ws wss intent livescript mocha filesystem view-source jar
  chrome chrome-extension moz-extension resource res mk urn mailto tel sms ssh telnet ldap gopher git smb shell
  search-ms ms-msdt ms-settings market itms-services facetime android-app cid jdbc x-apple.systempreferences sftp
  web+app ext+notes googlechromes microsoft-edge-https x-safari-https firefox-focus ms-search ms-windows-store
  ms-appx-web itmss macappstore x-web-search workflow mhtml ms-its its vnc apt`,
);

/** Without a dot: another app can have them too, and an administrator may allow them. */
export const undottedSchemes: readonly string[] = words('myapp oc exp msauth com app2 a');

export const uriOf = (scheme: string): string => uris[scheme] ?? `${scheme}://app.example/cb`;

/** As browsers would read them too. */
export const inOtherCase = (uri: string): string => uri.replace(/^[a-z]/, (letter) => letter.toUpperCase());
