/** The way out of every step: the app is told that the user said no (RFC 6749 4.1.2.1). */
import { finish, type PostedStep, type StepHandler } from './step.ts';

export const postAbort: StepHandler<PostedStep> = (ctx, step) =>
  finish(ctx, step, { error: 'access_denied', error_description: 'the person refused' });
