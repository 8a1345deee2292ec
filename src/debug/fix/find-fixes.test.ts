import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Request } from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import { findFixes, planFixes } from './index.ts';
import type { Fix, FixInput, FixSource } from './types.ts';

const read: FixInput['read'] = (sources) => {
  const manifests = readManifests(sources);
  return { manifests, cluster: buildCluster(manifests) };
};

const pod = (namespace: string, name: string, further = ''): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {serviceAccountName: ${name}, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]${further}}
`;
const namespace = (name: string, labels = ''): string => `---
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {${labels}}}
`;
const service = (name: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const injected = 'istio-injection: enabled';
const plain = [
  namespace('shop'),
  namespace('front'),
  pod('front', 'web'),
  pod('shop', 'db'),
  pod('shop', 'cache'),
];
const mesh = [
  namespace('shop', injected),
  namespace('front', injected),
  namespace('out'),
  pod('front', 'web'),
  pod('front', 'other'),
  pod('shop', 'db'),
  pod('shop', 'cache'),
  pod('out', 'probe'),
  service('db'),
  service('cache'),
];

const request: Request = {
  source: { kind: 'pod', namespace: 'front', name: 'web' },
  destination: { kind: 'pod', namespace: 'shop', name: 'db' },
  port: 8080,
  protocol: 'TCP',
  complete: true,
};
const get: Request = { ...request, http: { method: 'GET', path: '/a', host: 'db.shop' } };

/** The best fix for a request in a cluster with a file of policies; its file is checked to be all that changes. */
function best(cluster: readonly string[], policies: string, asked: Request = request): Fix {
  const search = findFixes({ sources: sourcesOf(cluster, policies), read, request: asked });
  if (search.kind === 'no fix') throw new Error(`no fix: ${search.why.kind}`);
  const fix = search.fixes[0]!;
  expect(fix.edits.map(({ source }) => source)).toEqual(['policies.yaml']);
  expect(fix.newlyDenied).toEqual([]);
  return fix;
}

function sourcesOf(cluster: readonly string[], policies: string): readonly FixSource[] {
  return [
    { name: 'cluster.yaml', text: cluster.join('') },
    { name: 'policies.yaml', text: policies },
  ];
}

/** Lines that a fix adds, without their indentation; none may be gone. */
function added(fix: Fix): readonly string[] {
  const edit = fix.edits[0]!;
  const left = edit.after.split('\n');
  for (const line of edit.before!.split('\n')) {
    const at = left.indexOf(line);
    expect(at, line).toBeGreaterThanOrEqual(0);
    left.splice(at, 1);
  }
  return left.map((line) => line.trim()).filter((line) => line !== '');
}

describe('where a NetworkPolicy isolates the receiver', () => {
  const policy = (spec: string): string => `# Who may talk to the database.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector:
    matchLabels: {app: db} # just this one
  ${spec}
`;

  it('a rule that lacks the port gets it', () => {
    const fix = best(
      plain,
      policy(
        'ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]',
      ),
    );
    expect(fix.edits[0]!.after).toContain('ports: [{port: 80}, {protocol: TCP, port: 8080}]');
    expect(fix.widening).toMatchObject({ pairs: 0, ports: 0, edits: 1 });
  });

  it('a rule that lacks the sender gets it, by its label and namespace', () => {
    const fix = best(
      plain,
      policy('ingress:\n  - from:\n    - podSelector: {} # our own\n    ports:\n    - port: 8080'),
    );
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add peer']);
    expect(added(fix)).toEqual([
      '- namespaceSelector:',
      'matchLabels:',
      'kubernetes.io/metadata.name: front',
      'podSelector:',
      'matchLabels:',
      'app: web',
    ]);
  });

  it('a policy without rules gets one', () => {
    const fix = best(plain, policy('policyTypes: [Ingress]'));
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add rule']);
    expect(fix.newlyAllowed).toEqual([]);
  });

  it('a policy that selects more pods than this one gets one beside it', () => {
    const all = policy('ingress: []')
      .replace('matchLabels: {app: db}', '{}')
      .replace('podSelector:\n    {}', 'podSelector: {}');
    const fix = best(plain, all);
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add policy']);
    expect(fix.edits[0]!.after.startsWith(fix.edits[0]!.before!)).toBe(true);
    expect(added(fix)).toContain('name: allow-web-to-db');
    expect(fix.newlyAllowed).toEqual([]);
  });

  it('the sender’s side is opened too where it is closed', () => {
    const both = `${policy('ingress: []')}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: front}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
`;
    const fix = best(plain, both);
    expect(fix.actions.map(({ kind, object }) => [kind, object.metadata.name])).toEqual([
      ['add rule', 'web'],
      ['add rule', 'db'],
    ]);
    expect(fix.widening.pairs).toBe(0);
  });

  it('edits an item of a List, and JSON', () => {
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [] },
    };
    const list = { apiVersion: 'v1', kind: 'List', items: [object] };
    for (const text of [JSON.stringify(list, null, 2), JSON.stringify(object), JSON.stringify(list)]) {
      const fix = best(plain, text);
      expect(JSON.parse(fix.edits[0]!.after)).not.toEqual(JSON.parse(text));
    }
  });

  it('writes a file of its own beside a JSON file that has room for one object only', () => {
    const text = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'all', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    const search = findFixes({
      sources: [
        { name: 'cluster.yaml', text: plain.join('') },
        { name: 'k/all.json', text },
      ],
      read,
      request,
    });
    const edit = search.kind === 'fixes' ? search.fixes[0]!.edits[0] : undefined;
    expect(edit).toMatchObject({ source: 'k/allow-web-to-db.json', before: undefined });
  });
});

describe('where an admin tier denies', () => {
  it('a rule before the one that denies leaves it to NetworkPolicies', () => {
    const fix = best(
      plain,
      `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: deny}
spec:
  priority: 0
  subject: {pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: db}}}}
  ingress:
  # nobody
  - {name: none, action: Deny, from: [{namespaces: {}}]}
`,
    );
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add rule']);
    expect(added(fix)).toContain('action: Pass');
    expect(fix.widening.pairs).toBe(0);
  });
});

describe('where no AuthorizationPolicy allows', () => {
  const policy = (rest: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
${rest}`;

  it.each([
    ['paths', '[{operation: {paths: ["/b"], methods: ["GET"]}}]', 'paths: ["/b", "/a"]'],
    ['methods', '[{operation: {paths: ["/a"], methods: ["POST"]}}]', 'methods: ["POST", "GET"]'],
    ['ports', '[{operation: {ports: ["80"], paths: [/a], methods: [GET]}}]', 'ports: ["80", "8080"]'],
  ])('the rule that nearly matches gets the value: %s', (_, to, expected) => {
    const text = policy(
      `  rules:\n  - from: [{source: {principals: ["cluster.local/ns/front/sa/web"]}}]\n    to: ${to} # why\n`,
    );
    const fix = best(mesh, text, get);
    expect(fix.edits[0]!.after).toContain(expected);
    expect(fix.widening).toMatchObject({ pairs: 0, edits: 1 });
  });

  it('a caller is named by its principal, alone', () => {
    const text = policy(
      '  rules:\n  - from:\n    - source:\n        principals: ["cluster.local/ns/shop/sa/cache"] # ours\n    to: [{operation: {methods: [GET], paths: [/a]}}]\n',
    );
    const fix = best(mesh, text, get);
    expect(fix.edits[0]!.after).toContain(
      '["cluster.local/ns/shop/sa/cache", "cluster.local/ns/front/sa/web"] # ours',
    );
    expect(fix.newlyAllowed).toEqual([]);
  });

  it('`spec: {}` gets a rule in its place, or a policy of the one workload', () => {
    const text =
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: nothing, namespace: shop}\nspec: {}\n';
    const fix = best(mesh, text, get);
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add policy']);
    expect(fix.widening).toMatchObject({ pairs: 0, ports: 0, http: 0 });
  });

  it('a header gets its value', () => {
    const text = policy('  rules:\n  - when:\n    - key: request.headers[x-team]\n      values: [red]\n');
    const search = findFixes({
      sources: sourcesOf(mesh, text),
      read,
      request: { ...get, http: { ...get.http, headers: { 'x-team': 'blue' } } },
    });
    const texts = search.kind === 'fixes' ? search.fixes.map(({ edits }) => edits[0]!.after) : [];
    expect(texts.some((after) => after.includes('values: [red, blue]'))).toBe(true);
  });

  it('a missing token is no fault of a policy', () => {
    const text = policy('  rules:\n  - from: [{source: {requestPrincipals: ["*"]}}]\n');
    const search = findFixes({ sources: sourcesOf(mesh, text), read, request: get });
    expect(search).toMatchObject({
      kind: 'no fix',
      why: { kind: 'token' },
      advice: [{ kind: 'send a token' }],
    });
  });

  it('a caller outside the mesh is told to come in', () => {
    const text = policy('  rules:\n  - from: [{source: {namespaces: [shop]}}]\n');
    const asked: Request = { ...get, source: { kind: 'pod', namespace: 'out', name: 'probe' } };
    const search = findFixes({ sources: sourcesOf(mesh, text), read, request: asked });
    expect(search.advice).toEqual([{ kind: 'put the client into the mesh', pod: 'out/probe' }]);
  });
});

describe('where an AuthorizationPolicy denies', () => {
  const deny = (rules: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  action: DENY
  rules:${rules}
`;

  it('one caller is exempted from a rule for all; with one edit more, for just the request', () => {
    const [first, fix] = all(deny(' [{}] # everybody'));
    expect(first!.actions.map(({ kind }) => kind)).toEqual(['exempt']);
    expect(first!.widening).toMatchObject({ pairs: 0, ports: 0, edits: 1 });
    if (fix === undefined) throw new Error('no second fix');
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['exempt', 'split rule']);
    expect(fix.widening).toMatchObject({ pairs: 0, ports: 0, http: 0 });
    const others = decide(readEdited(fix, deny(' [{}] # everybody')), {
      ...get,
      http: { ...get.http, method: 'POST' },
    });
    expect(others.outcome).toBe('deny');
  });

  it('plaintext callers stay denied', () => {
    const text = deny('\n  - {}');
    const cluster = readEdited(best(mesh, text, get), text);
    const probe: Request = { ...get, source: { kind: 'pod', namespace: 'out', name: 'probe' } };
    expect(decide(cluster, probe).outcome).toBe('deny');
  });

  it('a rule that names just this caller spares the request, or goes', () => {
    const text = deny(
      '\n  # banned\n  - from: [{source: {principals: [cluster.local/ns/front/sa/web]}}]\n  - to: [{operation: {paths: [/x]}}]',
    );
    const [first, ...others] = all(text);
    expect(first!.actions.map(({ kind }) => kind)).toEqual(['exempt']);
    expect(first!.widening).toMatchObject({ pairs: 0, ports: 0, http: 0 });
    const removed = others.find(({ actions }) => actions[0]!.kind === 'remove rule');
    expect(removed!.edits[0]!.after).toContain('rules:\n  # banned\n  - to: [{operation: {paths: [/x]}}]\n');
  });

  it('one of several values goes', () => {
    const text = deny(
      '\n  - from:\n    - source:\n        principals: [cluster.local/ns/x/sa/x, cluster.local/ns/front/sa/web]',
    );
    const [first, second] = all(text);
    expect(second!.actions.map(({ kind }) => kind)).toEqual(['remove value', 'split rule']);
    expect(first!.edits[0]!.after).toContain('principals: [cluster.local/ns/x/sa/x]\n');
  });

  function all(text: string): readonly Fix[] {
    const search = findFixes({ sources: sourcesOf(mesh, text), read, request: get });
    return search.kind === 'fixes' ? search.fixes : [];
  }
});

function readEdited(fix: Fix, before: string): ReturnType<typeof buildCluster> {
  const sources = sourcesOf(mesh, before).map((source) => ({
    ...source,
    text: fix.edits.find((edit) => edit.source === source.name)?.after ?? source.text,
  }));
  return read(sources).cluster;
}

describe('where a handshake fails', () => {
  const probe: Request = { ...get, source: { kind: 'pod', namespace: 'out', name: 'probe' } };
  it('plaintext is let in on the one port', () => {
    const text =
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n';
    const search = findFixes({ sources: sourcesOf(mesh, text), read, request: probe });
    if (search.kind === 'no fix') throw new Error(search.why.kind);
    expect(search.advice).toEqual([{ kind: 'put the client into the mesh', pod: 'out/probe' }]);
    const fix = search.fixes[0]!;
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add policy']);
    expect(fix.widening.ports).toBe(0);
    // Everybody else may send plaintext there, too.
    expect(fix.newlyAllowed.length).toBeGreaterThan(0);
  });
});

it('a client with a sidecar that calls a pod which no Service leads to is told why it has no identity', () => {
  const policies = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: nothing, namespace: shop}
spec: {}
`;
  const advised = (cluster: readonly string[]): unknown =>
    findFixes({ sources: sourcesOf(cluster, policies), read, request: get }).advice;
  expect(advised(mesh.filter((text) => !text.includes('kind: Service')))).toEqual([
    { kind: 'give the Service', pod: 'shop/db', client: 'front/web' },
  ]);
  expect(advised(mesh)).toEqual([]);
});

describe('where the client’s DestinationRule is at fault', () => {
  const strict =
    'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n---\n';
  const rule = (host: string, policy: string): string =>
    `${strict}apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: plain, namespace: shop}\nspec:\n  host: ${host}\n  trafficPolicy:\n    ${policy}\n`;

  it('its mode is set', () => {
    const fix = best(mesh, rule('db', 'tls: {mode: DISABLE} # old'), get);
    expect(fix.edits[0]!.after).toContain('tls: {mode: ISTIO_MUTUAL} # old\n');
  });
  it('that of the port is set', () => {
    const fix = best(
      mesh,
      rule('db', 'portLevelSettings: [{port: {number: 90}}, {port: {number: 80}, tls: {mode: DISABLE}}]'),
      get,
    );
    expect(fix.edits[0]!.after).toContain('{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}');
  });
  it('one for many hosts gets one for this one beside it', () => {
    const fix = best(mesh, rule('"*.shop.svc.cluster.local"', 'tls: {mode: DISABLE}'), get);
    expect(fix.actions.map(({ kind }) => kind)).toEqual(['add policy']);
    expect(added(fix)).toContain('host: db.shop.svc.cluster.local');
  });
});

describe('where a Service leads nowhere', () => {
  const asked: Request = {
    ...request,
    destination: { kind: 'service', namespace: 'shop', name: 'api' },
    port: 80,
  };
  const spec = (rest: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec: ${rest}\n`;
  const pods = [namespace('front'), pod('front', 'web'), pod('shop', 'db')];

  it('its selector is set, if just one workload can be meant', () => {
    const fix = best(pods, spec('{selector: {app: bd}, ports: [{port: 80, targetPort: 8080}]}'), asked);
    expect(fix.edits[0]!.after).toContain('selector: {app: db}');
    const two = {
      sources: sourcesOf([...pods, pod('shop', 'cache')], spec('{selector: {app: bd}, ports: [{port: 80}]}')),
      read,
    };
    expect(findFixes({ ...two, request: asked })).toMatchObject({
      kind: 'no fix',
      why: { kind: 'no endpoint' },
    });
  });
  it('its port is set, if its pods declare just one', () => {
    const fix = best(pods, spec('{selector: {app: db}, ports: [{port: 80, targetPort: web}]}'), asked);
    expect(fix.edits[0]!.after).toContain('targetPort: 8080');
  });
});

describe('a text that aliases share', () => {
  const text = `apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: db, namespace: shop}
  spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: &friends [{podSelector: {}}]}]}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: cache, namespace: shop}
  spec: {podSelector: {matchLabels: {app: cache}}, ingress: [{from: *friends}]}
`;
  it('is never edited so that it changes elsewhere', () => {
    const fix = best(plain, text);
    expect(fix.newlyAllowed).toEqual([]);
    expect(fix.edits[0]!.after).toContain('&friends [{podSelector: {}}]');
  });
  it('is written out where it is to differ', () => {
    const asked: Request = { ...request, destination: { kind: 'pod', namespace: 'shop', name: 'cache' } };
    const search = findFixes({ sources: sourcesOf(plain, text), read, request: asked, limit: 9 });
    const texts = search.kind === 'fixes' ? search.fixes.map(({ edits }) => edits[0]!.after) : [];
    expect(
      texts.some((after) => !after.includes('*friends') && after.includes('&friends [{podSelector: {}}]')),
    ).toBe(true);
  });
});

describe('several requests', () => {
  it('build upon each other, and are all asked again', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n';
    const other: Request = { ...request, destination: { kind: 'pod', namespace: 'shop', name: 'cache' } };
    const sources = sourcesOf(plain, text);
    const plan = planFixes({ sources, read, requests: [request, other, request] });
    expect(plan.fixes.map(({ allowed }) => allowed)).toEqual([true, true, true]);
    expect(plan.fixes[2]!.search).toMatchObject({ kind: 'no fix', why: { kind: 'already allowed' } });
    expect(plan.edits.map(({ source }) => source)).toEqual(['policies.yaml']);
  });

  it('takes nothing that cannot be written, where it is to be written', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n';
    const sources = sourcesOf(plain, text).map((source) => ({ ...source, editable: false }));
    const plan = planFixes({ sources, read, requests: [request], toWrite: true });
    expect(plan.edits).toEqual([]);
    expect(plan.fixes[0]).toMatchObject({
      allowed: false,
      search: { kind: 'fixes', fixes: [{ editable: false }, {}] },
    });
  });
});
