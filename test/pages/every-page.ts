/** Draws every page in each of its states, filled with one text wherever others can choose a text. */
import type { AccountPage } from '../../src/web/account/page.ts';
import type { ConsentPage } from '../../src/web/interactions/consent.ts';
import type { LoginPage } from '../../src/web/interactions/login.ts';
import type { InvitationPage } from '../../src/web/links/invitation.ts';
import type { Language } from '../../src/web/pages/language.ts';
import { Pages } from '../../src/web/pages/render.ts';
import { accountState, accountStates, invitationState } from './states/account.ts';
import { developerStates } from './states/developer.ts';
import { type States, TEXT } from './states/drawing.ts';
import { otherStates } from './states/others.ts';
import { registrationStates } from './states/registration.ts';
import { consentState, loginState, signInStates } from './states/sign-in.ts';

export const pages = new Pages('Latchkey', 'https://id.example');

/** What the settings of an operator can add. */
export const brandedPages = new Pages('Latchkey', 'https://id.example', undefined, undefined, {
  logo: { ending: '.svg', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"/>') },
  colours: {
    light: { accent: '#0055aa', hover: '#004488', onAccent: '#ffffff' },
    dark: { accent: '#99ccff', hover: '#add6ff', onAccent: '#0a1a14' },
  },
  links: {
    support: 'https://notes.example/help',
    privacy: 'https://notes.example/privacy',
    imprint: 'https://notes.example/imprint',
    terms: 'https://notes.example/terms',
  },
});

export function drawLogin(page: Partial<LoginPage> = {}, text = TEXT): string {
  return pages.render(loginState({ language: 'en', text }, page));
}

export function drawInvitation(page: Partial<InvitationPage> = {}, text = TEXT): string {
  return pages.render(invitationState({ language: 'en', text }, page));
}

export function drawConsent(page: Partial<ConsentPage> = {}, text = TEXT): string {
  return pages.render(consentState({ language: 'en', text }, page));
}

export function drawAccount(page: Partial<AccountPage> = {}, text = TEXT): string {
  return pages.render(accountState({ language: 'en', text }, page));
}

/** Each by its name. A new state is a line in the file of its family in `states`. */
export function everyState(language: Language = 'en', text = TEXT): States {
  const drawing = { language, text };
  const families = [signInStates, registrationStates, accountStates, developerStates, otherStates].map((family) =>
    family(drawing),
  );
  return Object.fromEntries(families.flatMap((states) => Object.entries(states)));
}

export function everyPage(language: Language = 'en', text = TEXT): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(everyState(language, text)).map(([name, page]) => [name, pages.render(page)]),
  );
}
