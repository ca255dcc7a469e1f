/** Clients that are known by their metadata document (draft-ietf-oauth-client-id-metadata-document). */
import test from 'ava';
import { obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { appOf } from '../support/relying-party.ts';
import { startDocuments } from './documents.ts';

const documents = await startDocuments();
const { latchkey, newApp } = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: documents.origin },
  extraOptions: { features: { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } } },
});
test.after.always(() => documents.stop());

const appAt = (clientId: string) =>
  appOf(latchkey, { client_id: clientId, token_endpoint_auth_method: 'none', client_secret: '' });

// As oidc-provider has it, the document is believed: the app gets a code, and nobody is asked.
test.failing('a metadata document with first_party: true gets the consent page', async (t) => {
  const { user } = await obtainCode(await newApp());
  const page = await user.open(appAt(documents.publish({ first_party: true })).request({ scope: 'openid' }).url);
  t.false(page.url.includes('code='), page.url);
});
