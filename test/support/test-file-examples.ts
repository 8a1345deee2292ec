/** Entries of `tests`, and other fields, of test files that are right. */
export const rightTests: readonly string[] = [
  'tests: [{from: a/b, to: c/d, expect: allow}]',
  'tests: [{name: x, from: [a/b, 10.0.0.1], to: ["http://d.c/", c/d], expect: deny, layer: network, policy: NetworkPolicy c/d, symptom: connect timeout}]',
  'tests: [{from: a/b, to: c/d, expect: unknown, layer: mutual TLS, symptom: {kind: http, status: 403, body: "", details: x, flag: UF, after: 10}}]',
  'tests: [{from: a/b, to: c/d, expect: allow, request: {port: 80, protocol: TCP, method: GET, path: /x, host: d.c, direct: true, open: false}}]',
  'tests: [{from: a/b, to: c/d, expect: allow, request: {port: http, sni: none, principal: none, jwt: expired}}]',
  'tests: [{from: a/b, to: c/d, expect: allow, request: {headers: {x-a: b, x-b: [c, ""]}, claims: {iss: i, sub: s, n: 5, "a.b/c": [x], o: {p: true}}}}]',
  'tests: [{name: t, table: {to: [c/d, "c/e:80"], from: {a/b: [allow, skip], 10.0.0.1: [unknown, deny]}}, request: {port: 80}, layer: authorization}]',
  'tests: [{only: {namespace: a}, to: c/d}, {forbid: outside, to: anything, requests: {port: [80, dns], protocol: TCP, method: GET, path: [/a*, /b], host: "*.c", jwt: none}}]',
  'tests: [{name: s, forbid: {namespaceSelector: {matchLabels: {env: dev}}, podSelector: {}, not: [a/b, {namespace: [c, d]}]}, to: [c/d, 10.0.0.0/8]}]',
  'tests: [{only: {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, not: a/b}, to: {podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}, {key: c, operator: Exists}]}}}]',
  'manifests: [k8s/, {path: more, recursive: true}, {template: a.template, env: {A: x}}, {kustomize: o}, {helm: c}]\nnamespace: shop\ntests: [{from: b, to: d, expect: deny}]',
];

/** Test files that are wrong, with what the first diagnostic says. */
export const wrongTests: readonly (readonly [text: string, message: string])[] = [
  ['test: []', 'tests is missing'],
  ['tests: []', 'tests is empty: the file tests nothing'],
  ['tests: {}', 'tests must be a list, not a mapping'],
  ['tests: [{}]', 'tests[0]: from is missing'],
  ['tests: [{from: a/b, to: c/d}]', 'tests[0]: expect is missing'],
  ['tests: [{from: a/b, to: c/d, expects: deny}]', 'tests[0]: expect is missing'],
  [
    'tests: [{from: a/b, to: c/d, expect: denied}]',
    'tests[0].expect must be allow or deny or unknown, not the string "denied"',
  ],
  ['tests: [{from: [], to: c/d, expect: deny}]', 'tests[0].from must be one value or several, not a list'],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, request: {port: 0}}]',
    "tests[0].request.port must be a port: a number from 1 to 65535 or a port's name, not the number 0",
  ],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, request: {port: "80"}}]',
    `tests[0].request.port must be a port: a number from 1 to 65535 or a port's name, not the string "80"`,
  ],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, request: {header: x}}]',
    'unknown field tests[0].request.header',
  ],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, request: {claims: {sub: 5}}}]',
    'tests[0].request.claims.sub must be a string, not the number 5',
  ],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, policy: []}]',
    'tests[0].policy must be a string that is not empty, not a list',
  ],
  [
    'tests: [{from: a/b, to: c/d, expect: deny, symptom: timeout}]',
    'tests[0].symptom must be response or connect timeout or connection refused or connection reset or http, not the string "timeout"',
  ],
  ['tests: [{table: {to: [a]}}]', 'tests[0].table: from is missing'],
  [
    'tests: [{table: {to: [], from: {a/b: []}}}]',
    'tests[0].table must be a table with rows and columns, not a mapping',
  ],
  [
    'tests: [{table: {to: [c/d], from: {a/b: [yes]}}}]',
    'tests[0].table.from[a/b][0] must be allow or deny or unknown or skip, not the boolean true',
  ],
  ['tests: [{only: a/b}]', 'tests[0]: to is missing'],
  ['tests: [{only: a/b, forbid: a/b, to: c/d}]', 'one test cannot have only and forbid: make it 2 entries'],
  ['tests: [{only: a/b, to: c/d, request: {port: 80}}]', 'unknown field tests[0].request'],
  ['tests: [{only: [], to: c/d}]', 'tests[0].only must be a set that is not empty, not a list'],
  ['tests: [{only: {}, to: c/d}]', 'tests[0].only must be a set that is not empty, not a mapping'],
  ['tests: [{only: {namespaces: a}, to: c/d}]', 'unknown field tests[0].only.namespaces'],
  [
    'tests: [{only: {ipBlock: {cidr: 10.0.0.1}}, to: c/d}]',
    'tests[0].only.ipBlock.cidr must be a range of addresses such as 10.0.0.0/8, not the string "10.0.0.1"',
  ],
  [
    'tests: [{only: {ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}, to: c/d}]',
    'ipBlock is about addresses outside the cluster, where no namespaces and pods are',
  ],
  [
    'tests: [{only: {podSelector: {matchLabels: {a: 1}}}, to: c/d}]',
    'tests[0].only.podSelector.matchLabels.a must be the text of a label, not the number 1',
  ],
  [
    'tests: [{only: {podSelector: {matchExpressions: [{key: a, operator: In}]}}, to: c/d}]',
    'tests[0].only.podSelector.matchExpressions[0]: operator In needs values',
  ],
  [
    'tests: [{only: a/b, to: c/d, requests: {protocol: UDP, method: GET}}]',
    'HTTP goes over TCP, not over UDP',
  ],
  [
    'manifests: [{}]\ntests: [{only: a/b, to: c/d}]',
    'a source needs one of path, template, helm and kustomize',
  ],
  [
    'namespace: Shop\ntests: [{only: a/b, to: c/d}]',
    'namespace must be the name of a namespace, not the string "Shop"',
  ],
];
