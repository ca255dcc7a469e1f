/** The accent colour of the pages: whether it can be read on them (WCAG 2.2, 1.4.3), and the colours that follow from it. */
import type { Accent, BrandColours } from '../config.ts';

type Mode = keyof BrandColours;

/** Behind links and in tiles, as the style sheet has them (views/assets/latchkey.css; a test compares them). */
export const grounds: Readonly<Record<Mode, readonly string[]>> = {
  light: ['#f3f1ea', '#fffefb', '#e8f0ec'],
  dark: ['#101412', '#191f1c', '#22302a'],
};

const WHITE = '#ffffff';
const BLACK = '#000000';
/** The words on a button: one of the two can always be read. */
const ON_ACCENT = [WHITE, '#0a1a14'] as const;

const LEAST_CONTRAST = 4.5;

const channels = (hex: string): readonly number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function mixed(hex: string, other: string, share: number): string {
  const others = channels(other);
  const mix = channels(hex).map((channel, at) => Math.round(channel * (1 - share) + (others[at] ?? 0) * share));
  return `#${mix.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The ground on which it is read worst. */
function worstOf(accent: string, mode: Mode) {
  const [worst = { ground: '', ratio: 0 }] = grounds[mode]
    .map((ground) => ({ ground, ratio: contrast(accent, ground) }))
    .toSorted((one, other) => one.ratio - other.ratio);
  return worst;
}

/** Rounded down: 4.49 must not be told as enough. */
const shown = (ratio: number): string => (Math.floor(ratio * 100) / 100).toFixed(2);

function problemOf(accent: string, mode: Mode): string | undefined {
  const { ground, ratio } = worstOf(accent, mode);
  if (ratio >= LEAST_CONTRAST) return undefined;
  const advice = mode === 'light' ? 'darker' : 'lighter';
  return `has ${accent} for the ${mode} mode, whose contrast with the ground ${ground} of the pages is ${shown(ratio)}; links are read from ${LEAST_CONTRAST} on (WCAG AA): take a ${advice} one`;
}

function accentOf(accent: string, mode: Mode): Accent {
  const [light, dark] = ON_ACCENT;
  return {
    accent,
    hover: mixed(accent, mode === 'light' ? BLACK : WHITE, 0.2),
    onAccent: contrast(accent, light) >= contrast(accent, dark) ? light : dark,
  };
}

const STEPS = 20;

/** The same colour, as little lighter as it takes. */
function lightened(accent: string): string {
  const tries = Array.from({ length: STEPS + 1 }, (_, step) => mixed(accent, WHITE, step / STEPS));
  return tries.find((colour) => problemOf(colour, 'dark') === undefined) ?? WHITE;
}

/** Without a colour for the dark mode it is the one for light, lightened. */
export function brandColours(light: string, dark?: string): BrandColours | { readonly problems: readonly string[] } {
  const problems = [problemOf(light, 'light'), dark === undefined ? undefined : problemOf(dark, 'dark')];
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) return { problems: found };
  return Object.freeze({ light: accentOf(light, 'light'), dark: accentOf(dark ?? lightened(light), 'dark') });
}
