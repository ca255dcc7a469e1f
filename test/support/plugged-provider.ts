/** A provider that listens as the real program does, with features plugged in that the product has no pages for yet. */
import { pluggedFeatures } from './plugged-features.ts';
import { serveParts } from './serve-parts.ts';

await serveParts({ extraOptions: pluggedFeatures });
