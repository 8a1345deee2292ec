import { readFileSync } from 'node:fs';
import { readManifests } from '../src/manifest/index.ts';
const text = readFileSync(0, 'utf8');
console.log('after text', process.resourceUsage().maxRSS / 1000);
const t=performance.now();
const m = readManifests([{ name: '-', text }]);
console.log('after read', process.resourceUsage().maxRSS / 1000, (performance.now()-t).toFixed(0),'ms', m.objects.length);
const u=process.memoryUsage(); console.log('heap', u.heapUsed/1e6, u.heapTotal/1e6, u.rss/1e6, u.external/1e6);
globalThis.gc?.(); const v=process.memoryUsage(); console.log('gc heap', v.heapUsed/1e6, v.heapTotal/1e6, v.rss/1e6,m.objects.length, text.length);
