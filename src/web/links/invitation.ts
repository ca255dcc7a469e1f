/** The page of an invitation: whoever has its link chooses name and password, and the account is theirs. Nobody is signed in by it. */
import type { Context } from 'koa';
import type { Terms } from '../../config/config.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import {
  type Acceptance,
  type AcceptanceDeps,
  acceptanceProblems,
  acceptInvitation,
  findInvitation,
  type Invitation,
} from '../../domain/registration/invitations.ts';
import { hashingCaller } from '../../domain/throttle/sign-in-budgets.ts';
import { noteFor } from '../../provider/request.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import { type FormProblems, formStatus, hindranceOf, isWrong, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { chosenPassword, newPasswordField, strengthOfChosen } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

export interface InvitationPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly email: string;
  readonly name: string;
  readonly terms?: Terms | undefined;
  /** What was sent before: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
}

export function invitationPage(page: InvitationPage): Page {
  const { language, csrfToken, email, name, terms, password } = page;
  const { problemHeading, ...words } = dictionaryOf(language).invitation;
  const problems = shownProblems(language, page.problems);
  const { problemOf } = problems;
  return {
    view: 'links/invitation',
    language,
    heading: words.heading,
    ...problems,
    problemHeading,
    words,
    csrfToken,
    email,
    name,
    newPassword: newPasswordField(language, { password, known: [email], typed: [name], problem: problemOf.password }),
    terms: termsField(language, terms, problemOf.terms),
  };
}

/** Where the account is, made here or otherwise: signing in is a step of its own. */
function signInPage(language: Language, outcome: 'done' | 'taken', email: string, strength?: Strength): Page {
  const words = dictionaryOf(language).invitation;
  const { heading, explanation } = words[outcome];
  return {
    view: 'links/accepted',
    language,
    heading,
    isProblem: outcome === 'taken',
    explanation,
    email,
    chosen: chosenPassword(language, strength),
    back: { href: ACCOUNT_PATH, label: words.signIn },
  };
}

export function invitationDonePage(language: Language, email: string, strength: Strength): Page {
  return signInPage(language, 'done', email, strength);
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

/** Longer than any that is accepted. */
const MOST_SHOWN_CHARACTERS = 400;

interface Shown extends Pick<InvitationPage, 'email' | 'password'> {
  readonly name?: string | undefined;
}

function readAcceptance(form: Form, language: Language): Acceptance {
  const name = form.get('name') ?? '';
  return { password: form.get('password') ?? '', language, ...(name.trim() !== '' && { name }) };
}

export function createInvitationPages(deps: InvitationPagesDeps): FormPage {
  const { forms, pages, terms, clock, areInvitationsOn } = deps;

  function show(ctx: Context, { email, name = '', password }: Shown, problems: FormProblems = {}): void {
    const form = { language: requestLanguage(ctx), csrfToken: forms.tokenFor(), terms };
    pages.show(ctx, invitationPage({ ...form, email, name, password, problems }), formStatus(ctx, problems));
  }

  const find = async (ctx: Context): Promise<Invitation | undefined> =>
    areInvitationsOn ? findInvitation(tokenOf(ctx), deps) : undefined;

  const showGoneHere = (ctx: Context): void => showGone(ctx, 'accept_invitation', pages);

  async function accept(ctx: Context, invitation: Invitation, acceptance: Acceptance): Promise<void> {
    try {
      const account = await acceptInvitation(
        tokenOf(ctx),
        { ...acceptance, invitation, caller: hashingCaller(ctx.ip, { account: invitation.id, isKnown: false }) },
        { ...deps, note: noteFor(ctx) },
      );
      if (account === undefined) return showGoneHere(ctx);
      const strength = strengthOfChosen(acceptance.password, [account.email, account.name]);
      pages.show(ctx, invitationDonePage(requestLanguage(ctx), account.email, strength));
    } catch (error) {
      await showRefused(ctx, error, { ...acceptance, email: invitation.email });
    }
  }

  async function showRefused(ctx: Context, error: unknown, shown: Shown): Promise<void> {
    const hindrance = hindranceOf(error);
    if (hindrance !== undefined) return show(ctx, shown, { hindrance });
    if (!(error instanceof DomainError) || error.code !== 'email_taken') throw error;
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
      const { email, name } = invitation;
      return show(ctx, { email, name });
    },

    // The page itself, by the address that the browser has: this one names it nowhere.
    post: forms.posted(
      () => '?',
      async (ctx, form) => {
        const invitation = await find(ctx);
        if (invitation === undefined) return showGoneHere(ctx);
        const given = readAcceptance(form, requestLanguage(ctx));
        const accepted = acceptedTerms(form, terms, clock.now());
        const problems: FormProblems = {
          ...acceptanceProblems(invitation, given, deps),
          ...(accepted === 'missing' && { terms: 'terms_missing' }),
        };
        const shown = { ...given, name: given.name?.slice(0, MOST_SHOWN_CHARACTERS), email: invitation.email };
        if (isWrong(problems) || accepted === 'missing') return show(ctx, shown, problems);
        return accept(ctx, invitation, { ...given, ...(accepted !== undefined && { acceptedTerms: accepted }) });
      },
    ),
  };
}
