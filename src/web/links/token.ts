/** The addresses of the pages of mailed links. */
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { linkRules } from '../../domain/links/links.ts';
import type { LinkPurpose } from '../../storage/mail/links.ts';

const PARAMETER = 'token';

/** As the router takes it. */
export const linkRoute = (purpose: LinkPurpose): string => `${linkRules[purpose].path}/:${PARAMETER}`;

/** Of the link that was opened. */
export const tokenOf = (ctx: Context): string => String((ctx as unknown as RouterContext).params[PARAMETER]);
