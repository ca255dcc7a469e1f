/** The colours keep the contrast that WCAG 2.2 AA asks for, in light and in dark. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { contrast, grounds } from '../../src/config/brand/colours.ts';

const css = readFileSync(new URL('../../views/assets/latchkey.css/1-colours.css', import.meta.url), 'utf8');

function coloursOf(block: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    [...(block ?? '').matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

const [light, dark] = css.split('@media (prefers-color-scheme: dark)');
const themes = { light: coloursOf(light), dark: coloursOf(dark) };

const texts: readonly (readonly [string, string])[] = [
  ['ink', 'paper'],
  ['ink', 'card'],
  ['ink', 'soft'],
  ['muted', 'card'],
  ['accent', 'paper'],
  ['muted', 'paper'],
  ['accent', 'card'],
  ['accent', 'soft'],
  ['accent-hover', 'card'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['danger', 'card'],
  ['danger', 'danger-soft'],
];

const edges: readonly (readonly [string, string])[] = [
  ['control', 'card'],
  ['focus', 'card'],
  ['focus', 'paper'],
  ['focus', 'danger-soft'],
];

for (const [theme, colours] of Object.entries(themes)) {
  const check = (least: number) => (pair: readonly [string, string]) => {
    test(`${pair.join(' on ')} has a contrast of ${least} in ${theme}`, (t) => {
      const [front, back] = pair.map((name) => colours.get(name) ?? '');
      const ratio = contrast(front ?? '', back ?? '');
      t.true(ratio >= least, `${ratio}`);
    });
  };
  texts.forEach(check(4.5));
  edges.forEach(check(3));
}

test('BRAND_COLOUR is measured against the grounds that the style sheet has', (t) => {
  for (const mode of ['light', 'dark'] as const)
    t.deepEqual(
      grounds[mode],
      ['paper', 'card', 'soft'].map((name) => themes[mode].get(name)),
    );
});

test('the contrast is that of WCAG', (t) => {
  t.is(contrast('#000000', '#ffffff'), 21);
  t.is(contrast('#777777', '#ffffff').toFixed(2), '4.48');
  t.is(contrast('#ffffff', '#ffffff'), 1);
});
