/** What is not the client's fault, and addresses at which nothing is. */
import { type Explanations, rfc } from '../explanation.ts';

export const serviceErrors: Explanations = {
  temporarily_unavailable: {
    summary:
      'The request may be right, and cannot be answered now. The header `Retry-After` says in how many seconds to try again (status 503, or 429 where it is about you).',
    causes: {
      'the service cannot reach its database, try again': {
        'database-unreachable': {
          why: 'The database does not answer, or is so busy that a write did not come through in time.',
          fix: 'Try again. Who runs the service: /readyz is 503 as long as it lasts, and the log has the cause.',
        },
      },
      'too many requests, try again later': {
        'too-many-requests': {
          why: 'Too many sign-ins were begun, requests pushed, or apps registered without a token, from this address or its network, by nobody who is known.',
          fix: 'Wait. If everybody has the same address, it is that of your proxy: set `TRUSTED_PROXIES`. `BUDGET_FACTOR` widens all limits.',
        },
      },
      'too many metadata documents were fetched for you, try again later': {
        'too-many-documents': {
          why: 'A `client_id` that is an address makes the provider fetch its document. This was done too often for this address or its network.',
          fix: 'Wait. Serve the document with `Cache-Control: max-age=3600`: then it is fetched once an hour at most.',
        },
      },
      'the client_id metadata document cannot be fetched now, try again later': {
        'metadata-document-unreachable': {
          why: 'The `client_id` is an address whose server does not answer, or answers that it is in trouble (5xx, 429). Tokens of the client stay as they are.',
          fix: 'Keep the tokens, and try again. Serve the document with `Cache-Control: max-age=3600`, so that it is asked for seldom.',
        },
      },
      'this client failed to authenticate too often from this address, try again later': {
        'too-many-failures': {
          why: 'This client sent wrong secrets again and again. The right one is refused too until the time is over.',
          fix: 'Stop what repeats the wrong secret, then wait.',
        },
      },
    },
    sections: [rfc(6749, '4.1.2.1'), rfc(6585, '4')],
  },
  server_error: {
    summary:
      'Something went wrong that nobody foresaw (status 500). It is a fault of the service, and has been written to its log.',
    causes: {
      'oops! something went wrong': {
        'fault-in-flow': {
          why: 'A fault while an OAuth request was handled.',
          fix: 'Tell the people who run the service the time, and the header `X-Request-Id` of the answer.',
        },
      },
      'something went wrong here; it has been written down': {
        'fault-on-page': {
          why: 'A fault on a page of the sign-in, or at an address of its own.',
          fix: 'Tell the people who run the service the reference on the page, or the header `X-Request-Id`.',
        },
      },
    },
    sections: [rfc(6749, '4.1.2.1')],
  },
  not_found: {
    summary: 'There is nothing at this address. It is no code of OAuth.',
    causes: {
      'there is nothing at this address': {
        'address-unknown': {
          why: 'The path is mistyped, or belongs to another provider: endpoints are not called the same everywhere.',
          fix: 'Give your library the issuer, and let it read the addresses from `/.well-known/openid-configuration`.',
        },
      },
    },
    sections: [rfc(8414, '3')],
  },
};
