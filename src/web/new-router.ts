/** A router that knows every method there is: one that an address does not serve is 405, never 501. */
import { METHODS } from 'node:http';
import Router from '@koa/router';

export function newRouter(prefix = ''): Router {
  return new Router({ prefix, methods: [...METHODS] });
}
