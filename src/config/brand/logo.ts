/** The logo of the pages. It is served from our own address, so an SVG may hold nothing that runs or loads something else. */
import { readNamedFile } from '../read-file.ts';
import { decodeText, NotText } from '../text.ts';

export interface Logo {
  readonly ending: '.svg' | '.png';
  readonly bytes: Buffer;
}

const MOST_LOGO_BYTES = 20_000;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** What may stand before it goes first: one piece after the other, so that no text takes long. */
const PROLOGUE = /^\s*(?:<\?xml\s[^>]*\?>|<!--(?:(?!-->)[\s\S])*-->)/;
const SVG = /^\s*<svg[\s>]/;
/** The elements that draw: anything else is refused, whatever it would do. */
const drawing = new Set(
  (
    'svg g defs symbol use title desc metadata style path rect circle ellipse line polyline polygon text tspan textPath ' +
    'linearGradient radialGradient stop pattern clipPath mask marker filter switch image ' +
    'feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR ' +
    'feGaussianBlur feMerge feMergeNode feMorphology feOffset feTile'
  ).split(' '),
);

/** Elements may have a prefix; a value may be in either kind of quotation marks, or in none. */
const harmful: readonly (readonly [RegExp, string])[] = [
  [/<!DOCTYPE|<!ENTITY|<\?xml-/i, 'a document type, an entity or a style sheet'],
  [/<(?:[\w-]+:)?(?:script|handler|listener)\b/i, 'a script'],
  [/<(?:[\w-]+:)?(?:foreignObject|iframe|embed|object|audio|video)\b/i, 'content of another kind (foreignObject)'],
  [/[\s"'/]on[a-z]+\s*=/i, 'an event handler'],
  [/(?:href|src|xml:base)\s*=\s*(?!\s*["']?#)/i, 'a reference to something outside of it'],
  [/attributeName\s*=\s*["']?\s*(?:\w+:)?(?:href|on)/i, 'an animation of a reference'],
  [/url\s*\((?!\s*["']?\s*#)|@import|&#|\\/i, 'a reference to something outside of it'],
];

function withoutPrologue(text: string): string {
  for (let rest = text; ; ) {
    const next = rest.replace(PROLOGUE, '');
    if (next === rest) return rest;
    rest = next;
  }
}

/** What completes "names a file that"; undefined if the picture can be served. */
function svgProblem(text: string): string | undefined {
  if (!SVG.test(withoutPrologue(text))) return 'is neither a PNG nor an SVG';
  const found = harmful.find(([form]) => form.test(text));
  if (found !== undefined) return `holds ${found[1]}, which a logo must not`;
  const other = [...text.replaceAll(/<!--(?:(?!-->)[\s\S])*-->/g, '').matchAll(/<\/?([^\s<>/!?]+)/g)].find(
    ([, name = '']) => !drawing.has(name),
  );
  return other === undefined
    ? undefined
    : `holds the element ${JSON.stringify(other[1]?.slice(0, 40))}, which a logo must not`;
}

/** Throws `NotText` with what is wrong, and errors of the file system. */
export function readLogo(path: string): Logo {
  const bytes = readNamedFile(path, MOST_LOGO_BYTES);
  if (bytes.subarray(0, PNG.length).equals(PNG)) return { ending: '.png', bytes };
  const problem = svgProblem(decodeText(bytes));
  if (problem !== undefined) throw new NotText(problem);
  return { ending: '.svg', bytes };
}
