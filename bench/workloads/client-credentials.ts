/** A service asks for a JWT: one ES256 signature and nothing to store. */
import { tokenOperations } from '../../test/operations/expected-operations.ts';
import { postForm } from '../sign-in.ts';
import { JWT_API } from '../subjects/setup.ts';
import { callers, type Workload } from './workload.ts';

export const clientCredentials: Workload = {
  name: 'client_credentials, ES256 JWT',
  budget: 'client_credentials',
  operations: tokenOperations['client_credentials for a JWT']?.length ?? Number.NaN,
  async prepare(connections, { service }) {
    const form = { grant_type: 'client_credentials', scope: 'notes:read', resource: JWT_API };
    return callers(() => () => postForm(connections, { path: '/token', client: service, form }));
  },
};
