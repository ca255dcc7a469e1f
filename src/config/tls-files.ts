/** Checks that certificate and key can be read and belong together, before the listener needs them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConfigurationProblem } from './configuration-error.ts';
import { codeOf } from './error-code.ts';

export function tlsProblems(
  certFile: string | undefined,
  keyFile: string | undefined,
): readonly ConfigurationProblem[] {
  if (certFile === undefined && keyFile === undefined) return [];
  if (certFile === undefined) return [{ variable: 'TLS_CERT_FILE', problem: 'is missing, TLS_KEY_FILE needs it' }];
  if (keyFile === undefined) return [{ variable: 'TLS_KEY_FILE', problem: 'is missing, TLS_CERT_FILE needs it' }];

  const problems: ConfigurationProblem[] = [];
  const load = <T>(variable: string, file: string, parse: (content: Buffer) => T): T | undefined => {
    try {
      return parse(readFileSync(file));
    } catch (error) {
      problems.push({ variable, problem: `names a file that cannot be read as PEM (${codeOf(error)})` });
      return undefined;
    }
  };
  const certificate = load('TLS_CERT_FILE', certFile, (content) => new X509Certificate(content));
  const key = load('TLS_KEY_FILE', keyFile, createPrivateKey);
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) {
    problems.push({ variable: 'TLS_KEY_FILE', problem: 'does not belong to the certificate in TLS_CERT_FILE' });
  }
  return problems;
}
