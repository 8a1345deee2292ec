import { insideWithEnvoy } from '../../../../test/support/inside-envoy.ts';
import { proxySuite } from '../../../../test/support/proxy-suite.ts';
import { envoyProxy } from '../index.ts';

insideWithEnvoy(import.meta.url, (binary) => proxySuite(envoyProxy(binary)), { once: true });
