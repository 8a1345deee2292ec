import { inside } from '../../../../test/support/inside.ts';
import { proxySuite } from '../../../../test/support/proxy-suite.ts';
import { findEnvoy } from '../../launch/index.ts';
import { envoyProxy } from '../index.ts';

const program = process.env.PORTCULLIS_TEST_ENVOY ?? findEnvoy(process.env).usable?.path;

inside(import.meta.url, () => proxySuite(envoyProxy(program!)), ['nft', 'ip', 'curl']);
