/** The colours keep the contrast that WCAG 2.2 AA asks for, in light and in dark. */
import { readFileSync } from 'node:fs';
import test from 'ava';

const css = readFileSync(new URL('../../views/assets/latchkey.css/1-colours.css', import.meta.url), 'utf8');

function coloursOf(block: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    [...(block ?? '').matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

const [light, dark] = css.split('@media (prefers-color-scheme: dark)');
const themes = { light: coloursOf(light), dark: coloursOf(dark) };

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const texts: readonly (readonly [string, string])[] = [
  ['ink', 'paper'],
  ['ink', 'card'],
  ['ink', 'soft'],
  ['muted', 'card'],
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
