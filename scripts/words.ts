/** Prints all words in English as JSON, to begin a language of one's own with: `npm run -s words > our-views/fr.json`. */

import { templatesOf } from '../src/web/overlay/words.ts';
import { ourWords } from '../src/web/pages/language.ts';

process.stdout.write(`${JSON.stringify(templatesOf(ourWords.get('en')), null, 2)}\n`);
