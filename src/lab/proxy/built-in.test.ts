import { inside } from '../../../test/support/inside.ts';
import { proxySuite } from '../../../test/support/proxy-suite.ts';
import { builtInProxy } from './index.ts';

inside(import.meta.url, () => proxySuite(builtInProxy), ['nft', 'ip', 'curl']);
