/** What the login page shows. */

import { showLoginProblem } from './login-problem.ts';
import { appTile } from './names-and-links.ts';
import type { LoginPage } from './page-models.ts';
import type { Dictionary } from './words/en.ts';

export function loginFields(page: LoginPage, text: Dictionary) {
  const app = appTile(page.clientName, page.clientLogoUri);
  const { language, problem, retryAfterSeconds } = page;
  const shown = problem && showLoginProblem({ language, problem, retryAfterSeconds });
  return {
    heading: text.login.heading(app.name),
    isProblem: shown !== undefined,
    app,
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    login: page.login,
    hint: page.hint && text.login.hints[page.hint],
    problem: shown,
    invalid: shown?.invalid ?? {},
    focus: shown?.focus ?? (page.login === '' ? 'login' : 'password'),
    cancel: text.login.cancel(app.name),
  };
}
