/** What no answer may be, whatever was asked: a fault, or a page that runs what it was sent. */
import type { RawAnswer } from '../raw-request.ts';

/** Each a way out of a place in a page: text, an attribute, a script, a style, an address, a header. */
export const markup: readonly string[] = [
  ...[
    '<fuzzplant>',
    '"><fuzzplant>',
    "'><fuzzplant>",
    '</title><fuzzplant>',
    '--><fuzzplant>',
    '</textarea><fuzzplant>',
  ],
  ...[
    '</script><fuzzplant>',
    '" fuzzplant="1',
    "' fuzzplant='1",
    '<svg/fuzzplant>',
    '&lt;fuzzplant&gt;',
    '\u003cfuzzplant>',
  ],
  ...['javascript:fuzzplant()', 'JaVaScRiPt:fuzzplant()', ' javascript:fuzzplant', 'data:text/html,<fuzzplant>'],
  ...[
    'x\r\nfuzzplant: 1',
    '\nfuzzplant: 1',
    '<%= fuzzplant %>',
    '<fuzzplant\0>',
    '%3Cfuzzplant%3E',
    '\uff1cfuzzplant>',
  ],
];

const READ = 300;

/** Undefined for an answer that may be. */
export function faultOf({ status, text }: RawAnswer): string | undefined {
  if (status < 200 || status >= 500) return `${status}: ${text.slice(0, READ)}`;
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  if (/\nfuzzplant:/i.test(head)) return `a header was planted: ${head.slice(0, READ)}`;
  if (!/\ncontent-type: *text\/html/i.test(head)) {
    const isBare = /\ncontent-type:/i.test(head) && !/\nx-content-type-options: nosniff/i.test(head);
    return isBare && text.includes('<fuzzplant')
      ? `a browser may take it for a page: ${head.slice(0, READ)}`
      : undefined;
  }
  const planted = /<(?:svg\/)?fuzzplant|<%=|["']\s*fuzzplant=|(?:href|src|action)="\s*(?:javascript|data):/i.exec(
    text.slice(end),
  );
  return planted === null
    ? undefined
    : `planted in a page: ${text.slice(end + planted.index - 80, end + planted.index + 80)}`;
}
