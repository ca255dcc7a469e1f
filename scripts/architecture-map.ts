/** `npm run architecture`: writes the file map into ARCHITECTURE.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileMap, mappedFolders, withFileMap } from './architecture/file-map.ts';
import { projectRoot, sourceFiles } from './architecture/source-files.ts';

const document = new URL('ARCHITECTURE.md', projectRoot);
const files = sourceFiles(mappedFolders);
writeFileSync(document, withFileMap(readFileSync(document, 'utf8'), fileMap(files)));
console.log(`ARCHITECTURE.md: ${files.length} files mapped`);
