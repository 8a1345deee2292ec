import type { OwnPort } from '../sidecar/picture.ts';

/** One filter chain of the inbound listener: what it takes, what it speaks, whether it asks for a certificate. */
export interface ChainShape {
  readonly name: string;
  readonly port: number | undefined;
  readonly transport: 'tls' | 'raw_buffer' | undefined;
  readonly protocols: readonly string[];
  readonly kind: 'HTTP' | 'TCP';
  readonly mutualTls: boolean;
}

type Match = readonly [
  transport: 'tls' | 'raw_buffer',
  protocols: readonly string[],
  kind: 'HTTP' | 'TCP',
  mutualTls: boolean,
];

const istioHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const istioBytes = ['istio-peer-exchange', 'istio'];
const istio = ['istio', 'istio-peer-exchange', ...istioHttp];
const http = ['http/1.1', 'h2c'];

/** Source: istio pilot/pkg/networking/core/filterchain_options.go; observed with 1.30. */
const shapes: Readonly<
  Record<'http' | 'tcp' | 'sniffed', Readonly<Record<OwnPort['mode'], readonly Match[]>>>
> = {
  http: {
    PERMISSIVE: [
      ['tls', istio, 'HTTP', true],
      ['raw_buffer', [], 'HTTP', false],
    ],
    STRICT: [['tls', [], 'HTTP', true]],
    DISABLE: [['raw_buffer', [], 'HTTP', false]],
  },
  tcp: {
    PERMISSIVE: [
      ['tls', istio, 'TCP', true],
      ['tls', [], 'TCP', false],
      ['raw_buffer', [], 'TCP', false],
    ],
    STRICT: [['tls', [], 'TCP', true]],
    DISABLE: [['raw_buffer', [], 'TCP', false]],
  },
  sniffed: {
    PERMISSIVE: [
      ['tls', istioHttp, 'HTTP', true],
      ['raw_buffer', http, 'HTTP', false],
      ['tls', istioBytes, 'TCP', true],
      ['raw_buffer', [], 'TCP', false],
      ['tls', [], 'TCP', false],
    ],
    STRICT: [
      ['tls', istioHttp, 'HTTP', true],
      ['tls', [], 'TCP', true],
    ],
    DISABLE: [
      ['raw_buffer', http, 'HTTP', false],
      ['raw_buffer', [], 'TCP', false],
    ],
  },
};

/** The chains of a port; of all ports that no Service has where `port` is undefined. */
export function chainsOf(
  { protocol, mode }: Pick<OwnPort, 'protocol' | 'mode'>,
  port: number | undefined,
): readonly ChainShape[] {
  return shapes[protocol === 'undeclared' ? 'sniffed' : protocol][mode].map(
    ([transport, protocols, kind, mutualTls]) => ({
      name:
        port !== undefined
          ? `0.0.0.0_${port}`
          : kind === 'HTTP'
            ? 'virtualInbound-catchall-http'
            : 'virtualInbound',
      port,
      transport,
      protocols,
      kind,
      mutualTls,
    }),
  );
}
