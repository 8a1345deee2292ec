/** What follows `apiVersion` and `kind` in project files that are right. */
export const rightProjects: readonly string[] = [
  '',
  'sources: []',
  'sources:\n  - path: k8s/\n    recursive: true\n    namespace: shop',
  'sources:\n  - {path: "a/*.yaml"}\n  - {kustomize: overlays/prod, namespace: shop}',
  'sources:\n  - template: a.template\n    env: {A: x, B: 8080, C: true, D: null, E: yes, F: "", G: }\n    envOnly: true',
  'sources:\n  - helm: charts/shop\n    release: shop\n    namespace: shop\n    values: [a.yaml]\n    set: [a.b=c, x=]\n    args: [--include-crds]',
  'mesh: {rootNamespace: istio-config, trustDomain: td.example, trustDomainAliases: [old], pathNormalization: NONE}',
  'mesh: {enableAutoMtls: false, validatePeerTrustDomain: false, injectByDefault: true, revisions: [default, 1-29], ambient: true}',
  'mesh: {selectorPoliciesOnGateways: false, multipleAuthorizers: true, ambientDryRun: true, trustedProxies: 2}',
  'mesh:\n  externalAuthorizers:\n    - name: opa\n    - {name: ext, protocol: grpc, answer: deny}',
  'podCIDRs: [10.0.0.0/8, "fd00::/8", 192.168.1.7/32]\ncni: cilium',
  'assume: ["Namespace/shop:team=a", "Pod/shop/cart-1:example.com/x=", "Node/n1:zone-", "Deployment/shop/cart:app=cart"]',
  'ignoreKinds: [CiliumNetworkPolicy]',
];

/** And in project files that are wrong, with what the first diagnostic says. */
export const wrongProjects: readonly (readonly [text: string, message: string])[] = [
  ['source: []', 'unknown field source'],
  ['sources:', 'sources must be a list, not null'],
  ['sources: {path: a}', 'sources must be a list, not a mapping'],
  ['sources: [a.yaml]', 'sources[0] must be a mapping, not the string "a.yaml"'],
  ['sources: [{}]', 'a source needs one of path, template, helm and kustomize'],
  ['sources: [{pth: a}]', 'unknown field sources[0].pth'],
  ['sources: [{path: a, kustomize: b}]', 'one source cannot be path and kustomize: make it 2 entries'],
  ['sources: [{path: 1}]', 'sources[0].path must be a string that does not begin with -, not the number 1'],
  ['sources: [{path: ""}]', 'sources[0].path must be a string that does not begin with -, not the string ""'],
  ['sources: [{path: a, env: {}}]', 'unknown field sources[0].env'],
  [
    'sources: [{path: a, recursive: "yes"}]',
    'sources[0].recursive must be true or false, not the string "yes"',
  ],
  [
    'sources: [{path: a, namespace: Shop}]',
    'sources[0].namespace must be the name of a namespace, not the string "Shop"',
  ],
  [
    'sources: [{template: a, env: {A-B: x}}]',
    'sources[0].env: "A-B" is not the name of a variable (letters, digits and _, and no digit first)',
  ],
  [
    'sources: [{template: a, env: {A: [x]}}]',
    'sources[0].env.A must be a string, a number, true, false or null, not a list',
  ],
  ['sources: [{template: a, env: [A]}]', 'sources[0].env must be a mapping, not a list'],
  [
    'sources: [{helm: -x}]',
    'sources[0].helm must be a string that does not begin with -, not the string "-x"',
  ],
  ['sources: [{helm: a, set: [b]}]', 'sources[0].set[0] must be NAME=VALUE, not the string "b"'],
  [
    'sources: [{helm: a, args: [--post-renderer=./x]}]',
    '--post-renderer=./x cannot be passed to helm: it would run another program',
  ],
  ['sources: [{kustomize: a, args: []}]', 'unknown field sources[0].args'],
  ['mesh: {rootNamespaces: a}', 'unknown field mesh.rootNamespaces'],
  ['mesh: {constructor: a}', 'unknown field mesh.constructor'],
  [
    'mesh: {pathNormalization: base}',
    'mesh.pathNormalization must be NONE or BASE or MERGE_SLASHES or DECODE_AND_MERGE_SLASHES, not the string "base"',
  ],
  ['mesh: {trustedProxies: -1}', 'mesh.trustedProxies must be a whole number, not the number -1'],
  ['mesh: {trustedProxies: 1.5}', 'mesh.trustedProxies must be a whole number, not the number 1.5'],
  ['mesh: {externalAuthorizers: [{protocol: http}]}', 'mesh.externalAuthorizers[0]: name is missing'],
  [
    'mesh: {externalAuthorizers: [{name: a, answer: yes}]}',
    'mesh.externalAuthorizers[0].answer must be allow or deny, not the boolean true',
  ],
  [
    'podCIDRs: [10.0.0.0]',
    'podCIDRs[0] must be a range of addresses such as 10.0.0.0/8, not the string "10.0.0.0"',
  ],
  ['podCIDRs: [10.0.0.0/33]', '10.0.0.0/33 is not a range of addresses such as 10.0.0.0/8'],
  ['podCIDRs: [10.0.0.256/8]', '10.0.0.256/8 is not a range of addresses such as 10.0.0.0/8'],
  ['cni: ""', 'cni must be a string that is not empty, not the string ""'],
  [
    'assume: ["shop:team=a"]',
    'assume[0] must be Namespace/NAME:LABEL=VALUE or KIND/NAMESPACE/NAME:LABEL=VALUE, not the string "shop:team=a"',
  ],
  [
    'assume: ["Namespace/a/b:team=a"]',
    'assume[0] must be Namespace/NAME:LABEL=VALUE or KIND/NAMESPACE/NAME:LABEL=VALUE, not the string "Namespace/a/b:team=a"',
  ],
  [
    'assume: ["Pod/a:team=a"]',
    'assume[0] must be Namespace/NAME:LABEL=VALUE or KIND/NAMESPACE/NAME:LABEL=VALUE, not the string "Pod/a:team=a"',
  ],
  ['ignoreKinds: [cilium]', 'ignoreKinds[0] must be the name of a kind, not the string "cilium"'],
];
