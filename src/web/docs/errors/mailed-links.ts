/** Pages that people reach by mail. The apps are told nothing of these. */
import { type Explanations, rfc } from '../explanation.ts';

export const mailedLinkErrors: Explanations = {
  link_gone: {
    summary: 'A link of a mail that is not good any more (status 410). It is no code of OAuth: the person reads it.',
    causes: {
      '': {
        'link-used': {
          why: 'The link had been used, by this person or by a second click. Looking at its page does not use it up: a button does.',
          fix: 'None, if what it was for has happened. Else the page leads to where a new link is sent.',
        },
        'link-replaced': {
          why: 'A newer link was sent for the same purpose: the newest alone is good.',
          fix: 'Open the newest mail.',
        },
        'link-too-old': {
          why: 'A link for a new password is good for an hour, one that proves an address for a day, an invitation for a week. That of a notice, to say that it was not you, is good for a week too, and the page for a new password behind it for a quarter of an hour.',
          fix: 'Get a new one.',
        },
        'link-ended': {
          why: 'The account was disabled or deleted since, has expired, got another address, or a new password ended what was sent before.',
          fix: '`account show`, `account enable` or `account update --expires` if that was not meant.',
        },
      },
    },
    sections: [rfc(9110, '15.5.11')],
  },
};
