/** The page of an invitation: whoever has its link chooses name and password, and the account is theirs. Nobody is signed in by it. */
import type { Context, Middleware } from 'koa';
import type { Terms } from '../../config/config.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import {
  type Acceptance,
  type AcceptanceDeps,
  acceptanceProblems,
  acceptInvitation,
  findInvitation,
  type Invitation,
} from '../../domain/registration/invitations.ts';
import { noteFor } from '../../provider/request.ts';
import { withoutInvisibleEnds } from '../../storage/records/canonical-identifier.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import { dictionaryOf, type Language, requestLanguage, waitingTime } from '../pages/language.ts';
import { type NewPasswordProblem, newPasswordField, passwordProblems } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

interface Problems {
  readonly isNameWrong?: boolean;
  readonly password?: NewPasswordProblem | undefined;
  readonly areTermsMissing?: boolean;
  /** Too many passwords are being hashed. */
  readonly retryAfterSeconds?: number | undefined;
}

export interface InvitationPage extends Problems {
  readonly language: Language;
  readonly csrfToken: string;
  readonly email: string;
  readonly name: string;
  readonly terms?: Terms | undefined;
}

const isWrong = ({ isNameWrong = false, password, areTermsMissing = false }: Problems): boolean =>
  isNameWrong || password !== undefined || areTermsMissing;

export function invitationPage(page: InvitationPage): Page {
  const {
    language,
    csrfToken,
    email,
    name,
    terms,
    isNameWrong = false,
    password,
    areTermsMissing,
    retryAfterSeconds,
  } = page;
  const dictionary = dictionaryOf(language);
  const { problems, ...words } = dictionary.invitation;
  const busy = retryAfterSeconds && dictionary.login.problems.busy(waitingTime(language, retryAfterSeconds));
  return {
    view: 'links/invitation',
    language,
    heading: words.heading,
    isProblem: isWrong(page) || busy !== undefined,
    words,
    csrfToken,
    email,
    name,
    nameProblem: isNameWrong ? problems.name : undefined,
    newPassword: newPasswordField(language, password),
    terms: termsField(language, terms, areTermsMissing),
    notice: busy ?? (isWrong(page) ? problems.heading : undefined),
  };
}

/** Where the account is, made here or otherwise: signing in is a step of its own. */
function signInPage(language: Language, outcome: 'done' | 'taken', email: string): Page {
  const words = dictionaryOf(language).invitation;
  const { heading, explanation } = words[outcome];
  return {
    view: 'links/accepted',
    language,
    heading,
    isProblem: outcome === 'taken',
    explanation,
    email,
    back: { href: ACCOUNT_PATH, label: words.signIn },
  };
}

export function invitationDonePage(language: Language, email: string): Page {
  return signInPage(language, 'done', email);
}

export function invitationTakenPage(language: Language, email: string): Page {
  return signInPage(language, 'taken', email);
}

export interface InvitationPagesDeps extends Omit<AcceptanceDeps, 'note'> {
  readonly forms: PageForms;
  readonly pages: Pages;
  readonly terms?: Terms | undefined;
  /** False with ACCOUNT_REGISTRATION=off: then links that were mailed before lead nowhere. */
  readonly areInvitationsOn: boolean;
}

export interface InvitationPages {
  readonly show: Middleware;
  readonly post: Middleware;
}

/** Longer than any that is accepted. */
const MOST_SHOWN_CHARACTERS = 400;

interface Shown {
  readonly email: string;
  readonly name?: string | undefined;
}

function readAcceptance(form: Form, language: Language): Acceptance {
  const name = withoutInvisibleEnds(form.get('name') ?? '');
  return { password: form.get('password') ?? '', language, ...(name !== '' && { name }) };
}

export function createInvitationPages(deps: InvitationPagesDeps): InvitationPages {
  const { forms, pages, terms, clock, areInvitationsOn } = deps;

  function show(ctx: Context, { email, name = '' }: Shown, problems: Problems = {}): void {
    const { retryAfterSeconds } = problems;
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    const status = isWrong(problems) ? 400 : 200;
    const page = { language: requestLanguage(ctx), csrfToken: forms.tokenFor(ctx), email, name, terms, ...problems };
    pages.show(ctx, invitationPage(page), retryAfterSeconds === undefined ? status : 503);
  }

  const find = async (ctx: Context): Promise<Invitation | undefined> =>
    areInvitationsOn ? findInvitation(tokenOf(ctx), deps) : undefined;

  const showGoneHere = (ctx: Context): void => showGone(ctx, 'accept_invitation', pages);

  async function accept(ctx: Context, invitation: Invitation, acceptance: Acceptance): Promise<void> {
    try {
      const account = await acceptInvitation(
        tokenOf(ctx),
        { ...acceptance, invitation },
        { ...deps, note: noteFor(ctx) },
      );
      if (account === undefined) return showGoneHere(ctx);
      pages.show(ctx, invitationDonePage(requestLanguage(ctx), account.email));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await showRefused(ctx, error, { email: invitation.email, name: acceptance.name });
    }
  }

  async function showRefused(ctx: Context, error: DomainError, shown: Shown): Promise<void> {
    if (error.code === 'hashing_busy') return show(ctx, shown, { retryAfterSeconds: error.retryAfterSeconds ?? 1 });
    if (error.code !== 'email_taken') throw error;
    // Of many clicks at once this may be one of those that came second.
    if ((await find(ctx)) === undefined) return showGoneHere(ctx);
    // No secret: the link was mailed to this address.
    return pages.show(ctx, invitationTakenPage(requestLanguage(ctx), shown.email), 409);
  }

  return {
    /** A mail client opens it too: it changes nothing. */
    async show(ctx) {
      const invitation = await find(ctx);
      if (invitation === undefined) return showGoneHere(ctx);
      return show(ctx, invitation);
    },

    // The page itself, by the address that the browser has: this one names it nowhere.
    post: forms.posted(
      () => '?',
      async (ctx, form) => {
        const invitation = await find(ctx);
        if (invitation === undefined) return showGoneHere(ctx);
        const given = readAcceptance(form, requestLanguage(ctx));
        const accepted = acceptedTerms(form, terms, clock.now());
        const found = acceptanceProblems(invitation, given, deps);
        const problems: Problems = {
          isNameWrong: found.name !== undefined,
          password: found.password && passwordProblems[found.password],
          areTermsMissing: accepted === 'missing',
        };
        const shown = { email: invitation.email, name: given.name?.slice(0, MOST_SHOWN_CHARACTERS) };
        if (isWrong(problems) || accepted === 'missing') return show(ctx, shown, problems);
        return accept(ctx, invitation, { ...given, ...(accepted !== undefined && { acceptedTerms: accepted }) });
      },
    ),
  };
}
