import { readFileSync } from 'node:fs';
import { readManifests } from '../src/manifest/index.ts';

/** Reads manifests from standard input, keeps them, and prints the highest resident memory of this process. */
const manifests = readManifests([{ name: '-', text: readFileSync(0, 'utf8') }]);
const peak = process.resourceUsage().maxRSS / 1000;
process.stdout.write(`${peak.toFixed(0)} MB for ${manifests.objects.length} objects\n`);
