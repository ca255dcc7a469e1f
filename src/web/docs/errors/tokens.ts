/** What the token endpoint gives out, and for which scopes and APIs. */
import { type Explanations, rfc } from '../explanation.ts';

export const tokenErrors: Explanations = {
  invalid_grant: {
    summary:
      'The code or refresh token is not good, or not good for this client. The answer does not say why where that would help a thief; `audit read` does. There is one way out of each of these: let the user sign in again.',
    causes: {
      'grant request is invalid': {
        'code-unknown': {
          why: 'The code is none that was issued here: it was cut off, encoded twice, or comes from another issuer.',
          fix: 'Take the value of `code` as it is decoded from the query, once.',
        },
        'code-used': {
          why: 'The code was redeemed before. All that was issued for it is ended (RFC 6749 4.1.2).',
          fix: 'Redeem it once: look for a callback page that is loaded twice, by React’s strict mode, a reload or a retry.',
        },
        'code-expired': {
          why: 'The code is older than a minute.',
          fix: 'Redeem it at once when the browser comes back, and keep no queue before it.',
        },
        'code-of-other-client': {
          why: 'The code was issued to another client.',
          fix: 'Use one `client_id` for the request and the token endpoint.',
        },
        'redirect-uri-differs': {
          why: 'The `redirect_uri` is not the one of the authorization request.',
          fix: 'Send the same, character by character.',
        },
        'verifier-wrong': {
          why: 'The `code_verifier` does not belong to the `code_challenge` of the request. Often two sign-ins in one browser overwrite each other’s.',
          fix: 'Keep the verifier by the `state` of its request.',
        },
        'verifier-missing': {
          why: 'The request had a `code_challenge`, and there is no `code_verifier`.',
          fix: 'Send the verifier that the challenge was made of.',
        },
        'refresh-unknown': {
          why: 'The refresh token is none of ours, has expired (30 days without use, or what an administrator has set for the client), or ended: the user signed out without `offline_access`, withdrew the consent, changed the password, or an administrator ended it.',
          fix: 'Let the user sign in. Ask for `offline_access` where access is to outlive the session.',
        },
        'refresh-reused': {
          why: 'The refresh token was used before, and so long ago that it is no retry. Its whole family is ended (RFC 9700 4.14.2).',
          fix: 'Store the new refresh token of each answer before you use it, and let one process refresh at a time.',
        },
        'refresh-differs': {
          why: 'The refresh token was used a moment ago for other scopes or another resource: this is no retry of that. Nothing is ended. Often two tabs refresh at once, one with `scope=openid` and one without.',
          fix: 'Refresh for one access token after the other, each time with the newest refresh token.',
        },
        'resource-refused-by-now': {
          why: 'The user has refused the only API that the token was for since, and without `openid` nothing is left.',
          fix: 'Send the user to /auth. With `prompt=consent` the page asks about what was refused once more.',
        },
        'lasting-access-refused': {
          why: 'The refresh token was to outlive the session, and its user has refused `offline_access` since.',
          fix: 'Send the user to /auth: while they are signed in, they see no page.',
        },
        'refresh-of-other-client': {
          why: 'The refresh token was issued to another client.',
          fix: 'Keep the tokens of each client apart.',
        },
        'key-differs': {
          why: 'The code or refresh token is bound to a DPoP key, and the proof is of another key or absent.',
          fix: 'Keep the key as long as the tokens. A browser app keeps it in IndexedDB, not in memory.',
        },
        'proof-missing': {
          why: 'The client is registered with `dpop_bound_access_tokens`, which `--fapi-profile` sets, and the request has no DPoP proof.',
          fix: 'Switch DPoP on in your library.',
        },
        'proof-reused': {
          why: 'The `jti` of the DPoP proof was seen before.',
          fix: 'Make a new proof for each request, retries too.',
        },
      },
      'a stronger sign-in is needed: acr_values={level}': {
        'sign-in-too-weak': {
          why: 'The client (`minimum_acr`), the API or the setting `REQUIRE_SECOND_FACTOR` demands more by now than the user had signed in with when the token was issued. The refresh token is not used up.',
          fix: 'Send the user to /auth with these `acr_values`.',
        },
      },
    },
    sections: [rfc(6749, '5.2'), rfc(7636, '4.6'), rfc(9700, '4.14.2'), rfc(9449, '5')],
  },
  unsupported_grant_type: {
    summary: 'The token endpoint does not know this `grant_type`.',
    causes: {
      'unsupported grant_type requested': {
        'grant-type': {
          why: 'Offered are `authorization_code`, `refresh_token` and `client_credentials`. The password grant is not (RFC 9700 2.4).',
          fix: 'Use the code flow for people, and `client_credentials` for machines.',
        },
      },
    },
    sections: [rfc(6749, '5.2')],
  },
  invalid_scope: {
    summary:
      'The request asks for a scope that is malformed, unknown, or not allowed for this client. The member `scope` names it where there is one.',
    causes: {
      'scope contains invalid characters': {
        'scope-malformed': {
          why: 'A scope holds a quote, a backslash, a line break or a letter outside of ASCII.',
          fix: 'Separate scopes by one space. They are no JSON list.',
        },
      },
      'the parameter scope is missing, and nothing takes its place: the client is registered for no scope, and no resource with scopes is named':
        {
          'scope-missing': {
            why: 'The request has no `scope`, the client no `scope` in its metadata, and no API with scopes is named.',
            fix: 'Send `scope=openid`, or name the `resource`. For software that sends none, set `scope` of the client: `client update --metadata FILE CLIENT_ID`.',
          },
        },
      'none of the requested scopes is known here': {
        'scope-unknown': {
          why: 'Neither OpenID Connect nor the API that is named has a scope of these names. Often the `resource` is missing that they belong to.',
          fix: 'Send `resource` with the identifier of the API. `scope list` and `resource show IDENTIFIER` list what there is.',
        },
      },
      'requested scope is not allowed': {
        'scope-not-registered': {
          why: 'The client is registered for certain scopes (its metadata `scope`), and this one is not among them.',
          fix: 'Leave it out, or add it to the client’s `scope`: `client update --metadata FILE CLIENT_ID`.',
        },
      },
      'refresh token missing requested scope': {
        'scope-not-in-refresh-token': {
          why: 'A refresh asks for a scope that the user did not allow at the sign-in.',
          fix: 'A refresh can only narrow. To widen, send the user to /auth with the new scope.',
        },
      },
      'refresh token missing requested scopes': {
        'scopes-not-in-refresh-token': {
          why: 'The same, for several scopes.',
          fix: 'A refresh can only narrow. To widen, send the user to /auth with the new scopes.',
        },
      },
      'the parameter resource is missing: scopes belong to one': {
        'scope-without-resource': {
          why: 'A client asks for itself (`client_credentials`) and names scopes without the API that they belong to.',
          fix: 'Send `resource` with the identifier of the API: `resource list`.',
        },
      },
      'the resource has no such scope': {
        'scope-not-of-resource': {
          why: 'A client asks for itself, and none of the scopes is one of the API.',
          fix: '`resource show IDENTIFIER` lists its scopes.',
        },
      },
    },
    sections: [rfc(6749, '3.3'), rfc(6749, '6')],
  },
  invalid_target: {
    summary: 'The `resource` is none that this client can get an access token for.',
    causes: {
      'the resource is not known here': {
        'resource-unknown': {
          why: 'No API is registered under this identifier.',
          fix: '`resource create --identifier URI`, or correct the request.',
        },
        'resource-removed': {
          why: 'The API that was granted has been removed since. That the token request does not name it makes no difference.',
          fix: 'Register it again, or send the user to /auth. A refresh with `scope=openid` still gives a token for userinfo.',
        },
      },
      'the resource is not known here; did you mean {identifier} ? An identifier counts as it is written': {
        'resource-spelled-otherwise': {
          why: 'One is registered that differs in spelling alone: a slash at the end, upper and lower case, a port.',
          fix: 'Send the identifier as it is registered. The API compares it with `aud` in the same way.',
        },
      },
      'the client is not registered for this resource': {
        'resource-not-registered': {
          why: 'The client is registered for certain APIs, and this one is not among them; or it asks for itself and is registered for none.',
          fix: '`client update CLIENT_ID --resource IDENTIFIER` with all that it shall have.',
        },
      },
      'the user refused the resource': {
        'resource-refused': {
          why: 'The user has left out every scope of this API that was asked for.',
          fix: 'Leave `resource` out: with `openid` there is a token for userinfo. Read in `scope` of each answer what was allowed, and send `prompt=consent` when the user wants what was refused.',
        },
      },
      'resource indicator must be an absolute URI': {
        'resource-malformed': {
          why: '`resource` is a name, not a URI. Providers with an `audience` parameter take names.',
          fix: 'Send the identifier with its scheme.',
        },
      },
      'resource indicator must not contain a fragment component': {
        'resource-with-fragment': { why: '`resource` has a `#`.', fix: 'Leave the fragment out (RFC 8707 2).' },
      },
      'only a single resource indicator value is supported for this grant type': {
        'several-resources-for-itself': {
          why: 'A client asks for itself, and names several APIs.',
          fix: 'Ask for a token for each.',
        },
      },
      'an access token is for one resource: name one alone': {
        'several-resources': {
          why: 'The request at the token endpoint names several APIs.',
          fix: 'Name one with the code, and refresh for each of the others.',
        },
      },
      'several resources were granted: name one of them by the parameter resource': {
        'several-resources-granted': {
          why: 'Several APIs were granted, the token request names none, and without `openid` there is no token for userinfo.',
          fix: 'Send `resource` with one of them.',
        },
      },
      'resource must be a URI, or a list of them': {
        'resource-in-object': {
          why: '`resource` in a request object is a number, an object, or a list that holds such.',
          fix: 'Write a text, or a list of texts.',
        },
      },
      'resource indicator is missing, or unknown': {
        'resource-not-granted': {
          why: 'The API is not one that the user was asked for: `resource` was not in the authorization request.',
          fix: 'Send every `resource` to /auth, and one of them to /token.',
        },
      },
      'resource indicator is missing, or unknown; did you mean {identifier} ? An identifier counts as it is written': {
        'resource-granted-otherwise': {
          why: 'The `resource` at the token endpoint differs in spelling from a registered one.',
          fix: 'Send the identifier as it is registered, to /auth and to /token.',
        },
      },
    },
    sections: [rfc(8707, '2')],
  },
};
