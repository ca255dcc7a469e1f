/** Redirect URIs that apps of today have: each registers, and a code reaches it. */

const web: readonly string[] = [
  ...[
    'https://app.example',
    'https://app.example/',
    'https://app.example/cb',
    'https://app.example/cb/',
    'https://a.b.c.app.example/cb',
  ],
  ...[
    'https://app.example:8443/cb',
    'https://app.example:443/cb',
    'https://localhost/cb',
    'https://localhost.app.example:8443/cb',
  ],
  ...[
    'https://app.example/cb?tenant=1',
    'https://app.example/cb?x=1&y=2',
    'https://app.example/cb?x=1&x=2',
    'https://app.example/cb?flag',
  ],
  ...[
    'https://app.example/cb?list[]=1',
    'https://app.example/index.php?option=com_users&task=login',
    'https://app.example/cb?next=%2Fhome',
  ],
  ...[
    'https://app.example/a%20b/cb',
    'https://app.example/a%2Fb',
    'https://app.example/%C3%BC/cb',
    'https://app.example/~ada/cb',
  ],
  ...[
    'https://app.example/cb;v=1',
    'https://app.example/@ada/cb',
    "https://app.example/it's",
    'https://app.example/a(b)/c,d!$&=+',
  ],
  ...[
    'https://app.example/.well-known/cb',
    'https://app.example/...',
    'https://app.example/a..b',
    'https://app.example/cb.aspx',
  ],
  ...[
    'https://app.example/UPPER/Case',
    'https://app.example/signin-oidc',
    'https://app.example/_oauth',
    'https://app.example//cb',
  ],
  ...[
    'https://xn--mnchen-3ya.example/cb',
    'https://xn--bcher-kva.example/',
    'https://10.0.0.5/cb',
    'https://10.0.0.5:8443/cb',
  ],
  ...[
    'https://[2001:db8::1]/cb',
    'https://intranet/cb',
    'https://my_host.example/cb',
    'https://app-1.example/cb',
    'https://1.example/cb',
  ],
  ...[
    'https://app.example/cb?coded=1&mystate=2',
    'https://app.example/cb?q=a%26b%3Dc',
    'https://app.example/cb?u=https://b.example/x',
  ],
  `https://app.example/cb?utm_source=mail&utm_campaign=${'a'.repeat(400)}&gclid=${'b'.repeat(400)}`,
];

const native: readonly string[] = [
  ...['http://127.0.0.1/cb', 'http://127.0.0.1:8765/cb', 'http://[::1]/cb', 'http://[::1]:9/cb', 'http://localhost/cb'],
  ...[
    'http://localhost:3000/cb',
    'http://localhost',

    'http://127.0.0.1:80/',
    'http://127.0.0.1:51004/',
  ],
  ...['com.example.app:/cb', 'com.example.app:/oauth/callback', 'com.example.app://cb', 'com.example.app:///cb'],
  ...[
    'com.example.app://oauth/callback?x=1',
    'com.example.app://auth',
    'com.example.app:oauth2redirect',
    'com.example.my-app:/cb',
  ],
  ...['com.googleusercontent.apps.123-abc:/oauth2redirect', 'msauth.com.example.app://auth', 'io.github.ada.notes:/cb'],
  ...['https://app.example/.well-known/app/cb', 'https://links.app.example/login'],
];

/** With an administrator's word. */
export const goodWithScheme: Readonly<Record<string, readonly string[]>> = {
  oc: ['oc://android.app.example', 'oc://ios.app.example'],
  exp: ['exp://127.0.0.1:19000/--/', 'exp://192.168.1.5:8081', 'exp://'],
  msauth: ['msauth://com.example.app/2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D'],
  'acme+notes': ['acme+notes://cb'],
};

export const goodUris = {
  web,
  native: [...native, ...web.filter((uri) => !uri.startsWith('https://localhost/'))],
} as const;
