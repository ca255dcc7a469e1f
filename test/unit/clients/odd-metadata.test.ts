/** Whatever JSON an app sends of itself, and whatever its policy says: it is registered, or refused with what is wrong. */
import test from 'ava';
import fc from 'fast-check';
import { registerItself, updateItself } from '../../../src/domain/clients/dynamic-registration.ts';
import { taggedNames, unknownProblems } from '../../../src/domain/clients/metadata/member-rules.ts';
import { members } from '../../../src/domain/clients/metadata/members.ts';
import { refusedMembers } from '../../../src/domain/clients/metadata/refused-members.ts';
import { parsePolicy } from '../../../src/domain/clients/metadata-policy.ts';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { openRegistry } from '../../support/registry.ts';

const names = [...members.keys(), ...refusedMembers.keys(), ...taggedNames];
const CALLBACK = 'https://app.example/cb';

/** Objects without what every object has, too: they cannot be made a text. */
const unprintable = { toString: 1, valueOf: 1 };
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(unprintable, [unprintable], [[unprintable]], { keys: [unprintable] }, ['openid', 'roles'], [null]),
);
const oddMembers = fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 3 });

const policies = [
  undefined,
  { scope: { add: ['openid'] }, contacts: { add: ['ops@app.example'] } },
  { scope: { subset_of: ['openid'] }, resources: { subset_of: ['https://api.example/'] }, client_name: 'Fixed' },
  { grant_types: { superset_of: ['authorization_code'] }, logo_uri: { one_of: ['https://app.example/logo'] } },
].map((policy) => policy && parsePolicy(policy));

/** What is thrown for any other reason is thrown here. */
async function unlessRefused<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'client_metadata_invalid') return undefined;
    throw error;
  }
}

test('odd values of any member are registered or refused, and bring nobody what is for administrators', async (t) => {
  const deps = { ...(await openRegistry(t)), knownScopes: new Set(['openid', 'roles']) };
  const admit = async () => {};
  const plain = { client_name: 'Notes', redirect_uris: [CALLBACK] };
  const checkAddress = () => {};
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...policies), oddMembers, async (policy, given) => {
      const logo = { logo_uri: 'https://app.example/logo' };
      await unlessRefused(() => registerItself({ ...plain, ...logo, ...given }, { policy, admit }, deps));
      const made = await registerItself({ ...plain, ...logo, scope: 'openid' }, { policy, admit }, deps);
      const { metadata, registrationAccessToken } = made;
      const manager = { clientId: String(metadata.client_id), registrationAccessToken, checkAddress };
      const sent = { client_id: metadata.client_id, ...plain, ...logo, ...given };
      const updated = await unlessRefused(() => updateItself(manager, sent, {}, deps));
      const { scope = '' } = updated?.metadata ?? {};
      t.true(typeof scope === 'string' && !scope.split(' ').includes('roles'));
    }),
    { numRuns: 150 },
  );
});

test('of many members that there are not, the first alone are told what they could have meant', (t) => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`client_nam${at}`, 1]));
  const texts = unknownProblems(many).map(({ text }) => text);
  t.is(texts.length, 500);
  t.is(texts.filter((text) => text.includes('did you mean')).length, 5);
});
