/** Renders the pages: plain HTML from the templates in `views`. */
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { ApiAnswer } from '../notes-api.ts';
import type { RefreshedToken } from '../openid/tokens.ts';
import type { ClaimRow, DecodedToken } from './claims-table.ts';
import type { Explanation } from './explain-problem.ts';

export interface Pages {
  readonly welcome: { readonly wasEndedByProvider: boolean; readonly issuer: string };
  readonly 'signed-in': {
    readonly greeting: string;
    readonly idToken: DecodedToken;
    readonly userinfo: readonly ClaimRow[];
    /** Undefined, and `api` too, where the user left the API out. */
    readonly accessToken: DecodedToken | undefined;
    readonly api: ApiAnswer | undefined;
    readonly refreshed: readonly RefreshedToken[];
    /** The API wants a stronger sign-in for what was tried. */
    readonly asksForMore: boolean;
    /** Undefined where none is offered. */
    readonly secondFactorHref: string | undefined;
    readonly issuer: string;
  };
  readonly 'signed-out': { readonly issuer: string };
  readonly problem: { readonly problem: Explanation };
}

const views = fileURLToPath(new URL('../views/', import.meta.url));

export type Render = <Name extends keyof Pages>(name: Name, content: Pages[Name]) => Promise<string>;

export function pageRenderer(appName: string): Render {
  return async (name, content) => {
    const body = await ejs.renderFile(`${views}${name}.ejs`, content, { cache: true });
    return ejs.renderFile(`${views}layout.ejs`, { appName, body }, { cache: true });
  };
}
