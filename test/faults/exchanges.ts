/** Apps that exchange codes and refresh tokens without a pause, while the provider or its database comes and goes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { RequestError } from 'got';
import { type App, CALLBACK, type TokenAnswer, type TokenResponse } from '../support/relying-party.ts';
import type { User } from '../support/user.ts';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 50;
const REFRESHES_A_CODE = 9;

/** Somebody who is signed in to an app that talks to one process after another. */
export interface Worker {
  readonly user: User;
  /** At the issuer's address, where browsers go. */
  readonly app: App;
  readonly appAt: () => App;
}

type Form = Readonly<Record<string, string>>;

export interface Ledger {
  /** Exchanges that were answered with tokens. */
  readonly acknowledged: readonly TokenAnswer[];
  /** Of each code that was exchanged, what was answered to its last refresh token. */
  readonly latest: readonly { readonly app: App; readonly tokens: TokenAnswer }[];
  /** Codes whose exchange broke off. */
  readonly unanswered: readonly { readonly app: App; readonly form: Form }[];
  /** How often an app was told to try again, or lost its connection. */
  readonly interruptions: number;
  /** Works until this many exchanges have been acknowledged. */
  work(worker: Worker, until: number): Promise<void>;
  /** Says whether a code or refresh token has had more than one answer. */
  mostAnswers(): number;
  note(used: string, answer: TokenAnswer): void;
}

export function openLedger(): Ledger {
  const answers = new Map<string, Set<string>>();
  const acknowledged: TokenAnswer[] = [];
  const latest: { app: App; tokens: TokenAnswer }[] = [];
  const unanswered: { app: App; form: Form }[] = [];
  let interruptions = 0;
  /** How the last attempt ended of a caller that gave up. */
  let lastTry = 'nothing was tried';

  function note(used: string, answer: TokenAnswer): void {
    answers.set(used, (answers.get(used) ?? new Set()).add(JSON.stringify(answer)));
  }

  /** The answer, unless the app may try again. */
  async function attempt(ask: () => Promise<TokenResponse>): Promise<TokenAnswer | undefined> {
    try {
      const { statusCode, headers, body } = await ask();
      if (statusCode === 200) return body;
      lastTry = `an exchange was answered with ${statusCode} ${body.error}`;
      if (statusCode !== 503 || headers['retry-after'] === undefined)
        throw new Error(`an exchange was refused: ${statusCode} ${JSON.stringify(body)}`);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      lastTry = `an exchange broke off: ${error.message}`;
    }
    interruptions += 1;
    return undefined;
  }

  async function persistently<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (const giveUpAt = performance.now() + TIMEOUT_MS; performance.now() < giveUpAt; ) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await pause(PAUSE_MS);
    }
    throw new Error(`the provider did not come back: ${lastTry}`);
  }

  async function newCodeForm({ user, app }: Worker): Promise<Form> {
    const { url, verifier } = app.request({ prompt: 'none' });
    const code = await persistently(async () => {
      try {
        const page = await user.open(url);
        const { searchParams } = new URL(page.url);
        lastTry = `a silent sign-in was answered with ${page.status} ${searchParams.get('error')}`;
        return searchParams.get('code') ?? undefined;
      } catch (error) {
        lastTry = `a silent sign-in broke off: ${error}`;
        return undefined;
      }
    });
    return { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  }

  function acknowledge(used: string, answer: TokenAnswer): TokenAnswer {
    note(used, answer);
    acknowledged.push(answer);
    return answer;
  }

  async function refreshed({ appAt }: Worker, { refresh_token: used = '' }: TokenAnswer): Promise<TokenAnswer> {
    const form = { grant_type: 'refresh_token', refresh_token: used };
    return acknowledge(used, await persistently(() => attempt(() => appAt().token(form))));
  }

  async function exchangeOnce(worker: Worker): Promise<void> {
    const form = await newCodeForm(worker);
    const redeemed = await attempt(() => worker.appAt().token(form));
    if (redeemed === undefined) {
      // A code is not tried again: an app that lost its answer sends the user to sign in once more.
      unanswered.push({ app: worker.app, form });
      return;
    }
    let tokens = acknowledge(form.code ?? '', redeemed);
    for (let refreshes = 0; refreshes < REFRESHES_A_CODE; refreshes += 1) tokens = await refreshed(worker, tokens);
    latest.push({ app: worker.app, tokens });
  }

  return {
    acknowledged,
    latest,
    unanswered,
    get interruptions() {
      return interruptions;
    },
    async work(worker, until) {
      while (acknowledged.length < until) await exchangeOnce(worker);
    },
    mostAnswers: () => Math.max(...[...answers.values()].map(({ size }) => size)),
    note,
  };
}

async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
}

/** Asserts what must be so when all is quiet again: what was acknowledged works, and nothing was answered twice. */
export async function assertSound(t: ExecutionContext, ledger: Ledger): Promise<void> {
  const apps = new Map(ledger.latest.map(({ app }) => [app.client.client_id, app]));
  const [anyApp] = apps.values();
  if (anyApp === undefined) throw new Error('nothing was exchanged');
  const faults: string[] = [];
  await inTurns(ledger.latest, 8, async ({ app, tokens }) => {
    const { body } = await app.post('/token/introspection', { token: tokens.access_token });
    if (body.active !== true) faults.push('an access token that was acknowledged is inactive');
    const used = tokens.refresh_token ?? '';
    const form = { grant_type: 'refresh_token', refresh_token: used };
    const [first, again] = [await app.token(form), await app.token(form)];
    if (first.statusCode !== 200) faults.push(`a refresh token that was acknowledged: ${JSON.stringify(first.body)}`);
    ledger.note(used, first.body);
    ledger.note(used, again.body);
  });
  // Last: a code that was consumed after all ends its family when it is shown again.
  await inTurns(ledger.unanswered, 8, async ({ app, form }) => {
    const [first, again] = [await app.token(form), await app.token(form)];
    if (first.statusCode === 200 && again.statusCode === 200) faults.push('a code paid out twice');
  });
  t.deepEqual([...new Set(faults)], []);
  t.is(ledger.mostAnswers(), 1);
}
