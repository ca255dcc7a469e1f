import type { uriProblems as english } from '../en/uri-problems.ts';

export const uriProblems: typeof english = {
  uri_user: 'Eine URI enthält weder Benutzernamen noch Passwort.',
  uri_too_long: 'Diese URI ist zu lang: Höchstens 2000 Zeichen sind möglich.',
  uri_characters:
    'Diese URI enthält ein Leerzeichen, einen Backslash, einen Platzhalter oder ein anderes Zeichen, das es in URIs nicht gibt. Schreiben Sie es prozentkodiert und den Namen eines Hosts als Punycode (xn--).',
  uri_not_absolute: 'Das ist keine vollständige URI. Sie beginnt wie https://app.example.',
  uri_fragment: 'Diese URI hat ein Fragment. Lassen Sie das # und alles danach weg.',
  uri_not_https: 'Diese URI muss mit https:// beginnen.',
  uri_scheme: 'Diese URI muss mit https:// beginnen oder ein Schema wie com.example.app haben.',
  uri_host:
    'Der Host dieser URI ist verschleiert oder unvollständig. Schreiben Sie seinen Namen oder seine Adresse aus.',
  uri_port: 'Ein Port ist eine Zahl von 1 bis 65535.',
  uri_spelling: 'Browser schreiben diese URI anders: Schema und Host klein, eine Adresse in ihrer üblichen Form.',
  uri_path: 'Zwischen Schrägstrichen steht in dieser URI nur . oder .. – schreiben Sie den Pfad, zu dem sie führt.',
  uri_parameters:
    'Diese URI hat einen Parameter, den die Antwort mitbringt, zum Beispiel code, state oder iss. Nennen Sie ihn anders.',
  uri_no_origin: 'Das ist kein Origin. Einer sieht aus wie https://app.example.',
};
