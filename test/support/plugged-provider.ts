/** A provider that listens as the real program does, with features plugged in that the product has no pages for yet. */
import { pluggedFeatures } from './plugged-features.ts';
import { serveWithSeams } from './serve-with-seams.ts';

await serveWithSeams({ extraOptions: pluggedFeatures });
