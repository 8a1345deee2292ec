#!/usr/bin/env node
// Deterministic workload generator: writes the manifests of a made-up but realistic cluster as multi-document YAML.
//
//   node generate-cluster.mjs --pods 1000 --namespaces 20 --policies 200 --seed 1 --out DIR
//   node generate-cluster.mjs --pods 1000 --namespaces 20 --policies 200 --seed 1 --stdout | some-tool -
//
// The same flags always give the same bytes (own seeded generator; no clock, no Math.random, no locale). Each part of the
// cluster draws from a stream of its own, so asking for more policies does not move the pods, and so on.
// Plain Node (20 or newer), no dependencies. 100,000 pods take a few seconds; output is written as it is made.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `node generate-cluster.mjs [flags] (--out DIR | --stdout)

  --pods N                     pods in the whole cluster, infrastructure included            (100)
  --namespaces K               namespaces, of which 3 are infrastructure; at least 4         (10)
  --policies P                 NetworkPolicies; one an app and two a namespace covers all    (50)
  --seed S                     any integer                                                   (1)
  --shape NAME                 microservices | flat | tenant                                 (microservices)
      microservices  each namespace: default-deny, DNS egress, then per app allow policies along a call graph
      flat           many labels per pod, policies with random selectors over them (worst case for selectors)
      tenant         several namespaces per tenant; isolation by namespace label
  --pods-as KIND               deployments | pods | bare-pods                                (deployments)
      deployments    one Deployment an app, with replicas
      pods           Pods with status.podIP/hostIP, owned by a ReplicaSet (what 'kubectl get pods -o yaml' gives)
      bare-pods      the same Pods without an owner
  --replicas R                 mean pods an app                                              (4)
  --authorization-policies A   Istio AuthorizationPolicies, and PeerAuthentications with them (0)
  --authorization-level L      what they look at: l4 (principals, namespaces, addresses, ports) | http (and methods,
                               paths, hosts) | all (and headers, claims, request principals) (all)
  --admin-policies M           AdminNetworkPolicies, and one BaselineAdminNetworkPolicy      (0)
  --edit-policy I              the same cluster, but NetworkPolicy number I (from 0) lets one more caller in: for diffs
  --queries Q --queries-out F  Q connection questions as JSON lines, half of them along the call graph
  --out DIR                    namespaces.yaml, services.yaml, workloads-000.yaml, networkpolicies.yaml, …
  --stdout                     everything as one stream`;

const { values: flags } = parseArgs({
  options: {
    pods: { type: 'string', default: '100' },
    namespaces: { type: 'string', default: '10' },
    policies: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    shape: { type: 'string', default: 'microservices' },
    'pods-as': { type: 'string', default: 'deployments' },
    replicas: { type: 'string', default: '4' },
    'authorization-policies': { type: 'string', default: '0' },
    'authorization-level': { type: 'string', default: 'all' },
    'admin-policies': { type: 'string', default: '0' },
    'edit-policy': { type: 'string', default: '-1' },
    queries: { type: 'string', default: '0' },
    'queries-out': { type: 'string' },
    out: { type: 'string' },
    stdout: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function fail(message) {
  process.stderr.write(`generate-cluster: ${message}\n`);
  process.exit(2);
}

function count(name, least) {
  const value = Number(flags[name]);
  if (!Number.isInteger(value) || value < least)
    fail(`--${name} takes a whole number of at least ${least}, not '${flags[name]}'`);
  return value;
}

if (flags.help) {
  process.stdout.write(HELP + '\n');
  process.exit(0);
}
const options = {
  pods: count('pods', 10),
  namespaces: count('namespaces', 4),
  policies: count('policies', 0),
  seed: count('seed', 0),
  replicas: count('replicas', 1),
  authorizationPolicies: count('authorization-policies', 0),
  adminPolicies: count('admin-policies', 0),
  editPolicy: count('edit-policy', -1),
  queries: count('queries', 0),
  authorizationLevel: ['l4', 'http', 'all'].indexOf(flags['authorization-level']),
  shape: flags.shape,
  podsAs: flags['pods-as'],
};
if (!['microservices', 'flat', 'tenant'].includes(options.shape)) fail(`unknown --shape '${options.shape}'`);
if (options.authorizationLevel < 0) fail(`unknown --authorization-level '${flags['authorization-level']}'`);
if (!['deployments', 'pods', 'bare-pods'].includes(options.podsAs))
  fail(`unknown --pods-as '${options.podsAs}'`);
if (!flags.out === !flags.stdout) fail('give either --out DIR or --stdout');
if (options.queries > 0 && !flags['queries-out']) fail('--queries needs --queries-out FILE');

// ---------------------------------------------------------------------------------------------------------------------
// Random numbers: mulberry32, one stream a purpose.

function stream(purpose) {
  let state = 0x811c9dc5; // FNV-1a over the seed and the purpose's name
  for (const char of `${options.seed}/${purpose}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (p) => next() < p,
    pick: (list) => list[Math.floor(next() * list.length)],
    some(list, n) {
      const left = list.slice();
      const taken = [];
      while (taken.length < n && left.length > 0)
        taken.push(left.splice(Math.floor(next() * left.length), 1)[0]);
      return taken;
    },
    word(length) {
      let word = '';
      while (word.length < length) word += 'bcdfghjklmnpqrstvwxz2456789'[Math.floor(next() * 27)];
      return word;
    },
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// YAML: a block-style writer for plain objects, lists, strings, numbers and booleans.

const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./-]*$/;
const RESERVED = /^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

function scalar(value) {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

function yaml(value, indent = '') {
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${yaml(item, indent + '  ').slice(indent.length + 2)}`).join('');
  }
  if (value === null || typeof value !== 'object') return `${indent}${scalar(value)}\n`;
  let text = '';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (item === null || typeof item !== 'object') text += `${indent}${scalar(key)}: ${scalar(item)}\n`;
    else if (Array.isArray(item))
      text +=
        item.length === 0
          ? `${indent}${scalar(key)}: []\n`
          : `${indent}${scalar(key)}:\n${yaml(item, indent)}`;
    else if (Object.keys(item).length === 0) text += `${indent}${scalar(key)}: {}\n`;
    else text += `${indent}${scalar(key)}:\n${yaml(item, indent + '  ')}`;
  }
  return text === '' ? `${indent}{}\n` : text;
}

// ---------------------------------------------------------------------------------------------------------------------
// Output: one stream, or one file a kind (workloads in files of 10,000), flushed a megabyte at a time.

function writeAll(fd, text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(0); // the reader has seen enough
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2); // a full pipe: let the reader catch up
    }
  }
}

function sink(path) {
  const fd = path === undefined ? 1 : openSync(path, 'w');
  let pending = '';
  const flush = () => {
    writeAll(fd, pending);
    pending = '';
  };
  return {
    write(text) {
      pending += text;
      if (pending.length > 1 << 20) flush();
    },
    close() {
      flush();
      if (path !== undefined) closeSync(fd);
    },
  };
}

const counts = {};
const standardOut = flags.stdout ? sink() : undefined;
if (flags.out) mkdirSync(flags.out, { recursive: true });

/** Writes the documents of one file, counting them by kind. */
function writeFile(name, documents, perFile = Infinity) {
  let target = standardOut;
  let inFile = 0;
  let part = 0;
  for (const document of documents) {
    if (target === undefined || inFile === perFile) {
      if (flags.out) {
        target?.close();
        const suffix = perFile === Infinity ? '' : `-${String(part++).padStart(3, '0')}`;
        target = sink(join(flags.out, `${name}${suffix}.yaml`));
      }
      inFile = 0;
    }
    counts[document.kind] = (counts[document.kind] ?? 0) + 1;
    inFile += 1;
    target.write(`---\n${yaml(document)}`);
  }
  if (flags.out) target?.close();
}

// ---------------------------------------------------------------------------------------------------------------------
// The cluster: namespaces, and apps (a Deployment, a Service and a ServiceAccount each) with a call graph.

const TEAMS = [
  'payments',
  'catalog',
  'search',
  'identity',
  'logistics',
  'media',
  'growth',
  'platform',
  'risk',
  'data',
];
const ENVIRONMENTS = ['prod', 'prod', 'prod', 'staging', 'dev'];
const TIERS = ['edge', 'frontend', 'backend', 'backend', 'backend', 'data', 'jobs'];
const SERVICES = [
  'cart',
  'checkout',
  'orders',
  'invoice',
  'ledger',
  'pricing',
  'stock',
  'shipping',
  'profile',
  'login',
  'session',
  'mail',
  'notify',
  'search',
  'index',
  'reco',
  'reviews',
  'ratings',
  'images',
  'video',
  'upload',
  'report',
  'audit',
  'export',
  'sync',
  'queue',
  'cache',
  'db',
  'gateway',
  'admin',
];
const FLAT_KEYS = ['zone', 'rack', 'owner', 'cost-center', 'language', 'runtime', 'release', 'criticality'];

function makeNamespaces() {
  const random = stream('namespaces');
  const infrastructure = ['kube-system', 'ingress-gateway', 'monitoring'].map((name) => ({
    name,
    infrastructure: true,
    labels: { 'kubernetes.io/metadata.name': name, 'cluster-role': 'infrastructure' },
  }));
  const width = String(options.namespaces).length;
  const applications = [];
  for (let i = 0; i < options.namespaces - 3; i++) {
    const team = TEAMS[i % TEAMS.length];
    const env = random.pick(ENVIRONMENTS);
    const name = `${team}-${env}-${String(i).padStart(width, '0')}`;
    const labels = { 'kubernetes.io/metadata.name': name, team, env };
    if (options.shape === 'tenant') labels.tenant = `tenant-${Math.floor(i / 4)}`; // four namespaces a tenant
    applications.push({ name, infrastructure: false, labels });
  }
  return { infrastructure, applications };
}

/** Splits the pods over namespaces (some large, most small) and over apps; every pod is placed exactly once. */
function makeApps(namespaces) {
  const random = stream('apps');
  const apps = [];
  const add = (namespace, name, replicas, labels, ports) => {
    const app = {
      id: apps.length,
      namespace,
      name,
      replicas,
      labels: { app: name, ...labels },
      ports,
      callees: [],
      callers: [],
    };
    apps.push(app);
    return app;
  };
  const [system, ingress, monitoring] = namespaces.infrastructure;
  const share = (most, per) => Math.max(1, Math.min(most, Math.floor(options.pods / per)));
  const dns = add(system, 'coredns', share(10, 50), { 'k8s-app': 'kube-dns', tier: 'infra' }, [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    { name: 'metrics', port: 9153, protocol: 'TCP' },
  ]);
  const gateway = add(ingress, 'ingress-gateway', share(20, 50), { tier: 'edge' }, [
    { name: 'http', port: 8080, protocol: 'TCP' },
    { name: 'https', port: 8443, protocol: 'TCP' },
  ]);
  const prometheus = add(monitoring, 'prometheus', share(4, 100), { tier: 'infra' }, [
    { name: 'web', port: 9090, protocol: 'TCP' },
  ]);

  const left = options.pods - dns.replicas - gateway.replicas - prometheus.replicas;
  const weights = namespaces.applications.map((_, i) => 1 / (1 + (i % 7))); // every seventh namespace is a large one
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const quotas = weights.map((weight) => Math.floor((left * weight) / totalWeight));
  quotas[0] += left - quotas.reduce((sum, quota) => sum + quota, 0);

  namespaces.applications.forEach((namespace, i) => {
    const inNamespace = [];
    for (let quota = quotas[i], serial = 0; quota > 0; serial++) {
      const replicas = Math.min(quota, random.between(1, Math.max(1, options.replicas * 2 - 1)));
      quota -= replicas;
      const base = SERVICES[serial % SERVICES.length];
      const name = serial < SERVICES.length ? base : `${base}-${Math.floor(serial / SERVICES.length)}`;
      const labels = {
        tier: random.pick(TIERS),
        version: random.pick(['v1', 'v1', 'v2']),
        team: namespace.labels.team,
      };
      if (options.shape === 'flat')
        for (const key of FLAT_KEYS) if (random.chance(0.8)) labels[key] = `${key[0]}${random.below(12)}`;
      const ports = [{ name: 'http', port: random.pick([8080, 8080, 8000, 3000]), protocol: 'TCP' }];
      if (random.chance(0.3)) ports.push({ name: 'grpc', port: 9000, protocol: 'TCP' });
      if (random.chance(0.05)) ports.push({ name: 'events', port: 5140, protocol: 'UDP' });
      ports.push({ name: 'metrics', port: 15020, protocol: 'TCP' });
      inNamespace.push(add(namespace, name, replicas, labels, ports));
    }
    namespace.apps = inNamespace;
  });
  for (const namespace of namespaces.infrastructure)
    namespace.apps = apps.filter((app) => app.namespace === namespace);

  // The call graph: each app calls up to four others, mostly neighbours in its own namespace.
  const calls = stream('calls');
  const own = apps.filter((app) => !app.namespace.infrastructure);
  for (const app of own) {
    for (let i = calls.between(0, 4); i > 0; i--) {
      const callee = calls.chance(0.8) ? calls.pick(app.namespace.apps) : calls.pick(own);
      if (callee === app || app.callees.includes(callee)) continue;
      app.callees.push(callee);
      callee.callers.push(app);
    }
  }
  return { all: apps, own, dns, gateway, prometheus };
}

const namespaces = makeNamespaces();
const apps = makeApps(namespaces);
const allNamespaces = [...namespaces.infrastructure, ...namespaces.applications];

// Pods: names, owners and addresses. A node has 100 pods of one /24 of 10.0.0.0/8 and an address in 192.168.0.0/16.
function* podsOf(app, firstIndex) {
  const random = stream(`pods/${app.id}`);
  const hash = random.word(9);
  for (let i = 0; i < app.replicas; i++) {
    const index = firstIndex + i;
    const node = Math.floor(index / 100);
    yield {
      name: `${app.name}-${hash}-${random.word(5)}`,
      hash,
      node: `node-${node}`,
      podIP: `10.${node >> 8}.${node & 255}.${10 + (index % 100)}`,
      hostIP: `192.168.${node >> 8}.${node & 255}`,
    };
  }
}

function podTemplate(app) {
  return {
    serviceAccountName: app.name,
    containers: [
      {
        name: 'main',
        image: `registry.example/${app.name}:1`,
        ports: app.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })),
      },
    ],
  };
}

function* workloadDocuments() {
  let firstIndex = 0;
  for (const app of apps.all) {
    const namespace = app.namespace.name;
    if (options.podsAs === 'deployments') {
      yield {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: app.name, namespace, labels: { app: app.name } },
        spec: {
          replicas: app.replicas,
          selector: { matchLabels: { app: app.name } },
          template: { metadata: { labels: app.labels }, spec: podTemplate(app) },
        },
      };
    } else {
      for (const pod of podsOf(app, firstIndex)) {
        const owner = {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${app.name}-${pod.hash}`,
          uid: `uid-${app.id}`,
          controller: true,
        };
        yield {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: pod.name,
            namespace,
            labels: { ...app.labels, 'pod-template-hash': pod.hash },
            ownerReferences: options.podsAs === 'pods' ? [owner] : undefined,
          },
          spec: { nodeName: pod.node, ...podTemplate(app) },
          status: { phase: 'Running', podIP: pod.podIP, podIPs: [{ ip: pod.podIP }], hostIP: pod.hostIP },
        };
      }
    }
    firstIndex += app.replicas;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// NetworkPolicies.

const inNamespace = (name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const INTERNET = { ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } };
const OUTSIDE = [
  // partners' ranges; none holds a pod's address
  { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.64/26', '203.0.113.200/32'] } },
  { ipBlock: { cidr: '198.51.100.0/24', except: ['198.51.100.128/25'] } },
  { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.0/28'] } },
  INTERNET,
];
const DNS_RULE = {
  to: [
    {
      namespaceSelector: inNamespace('kube-system'),
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

function policy(namespace, name, spec) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: namespace.name },
    spec,
  };
}

/** The peer that stands for an app, as seen from a namespace. */
function peerOf(app, from) {
  const podSelector = { matchLabels: { app: app.name } };
  return app.namespace === from
    ? { podSelector }
    : { namespaceSelector: inNamespace(app.namespace.name), podSelector };
}

function portOf(random, app) {
  const serving = app.ports.filter((port) => port.name !== 'metrics');
  const { name, port, protocol } = random.pick(serving);
  if (random.chance(0.1)) return { protocol, port: name }; // a named port
  if (random.chance(0.05)) return { protocol, port, endPort: port + 10 };
  return { protocol, port };
}

/** A selector for an app's pods, now and then with matchExpressions. */
function selectorOf(random, app) {
  if (random.chance(0.8)) return { matchLabels: { app: app.name } };
  return {
    matchExpressions: [
      { key: 'app', operator: 'In', values: [app.name, `${app.name}-canary`] },
      random.pick([
        { key: 'version', operator: 'Exists' },
        { key: 'tier', operator: 'NotIn', values: ['sandbox'] },
        { key: 'quarantine', operator: 'DoesNotExist' },
      ]),
    ],
  };
}

function ingressRules(random, app, outside) {
  const here = app.namespace;
  const from = app.callers.map((caller) => peerOf(caller, here));
  if (app.labels.tier === 'edge' || app.labels.tier === 'frontend') from.push(peerOf(apps.gateway, here));
  if (random.chance(0.15))
    from.push({ namespaceSelector: { matchLabels: { team: here.labels.team, env: here.labels.env } } });
  if (random.chance(0.1))
    from.push({
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['jobs', 'edge'] }] },
    });
  from.push(...outside);
  if (from.length === 0) from.push({ podSelector: { matchLabels: { tier: 'frontend' } } });
  const rules = [{ from, ports: [portOf(random, app)] }];
  if (random.chance(0.5))
    rules.push({ from: [peerOf(apps.prometheus, here)], ports: [{ protocol: 'TCP', port: 15020 }] });
  return rules;
}

function egressRules(random, app, outside) {
  const rules = app.callees.map((callee) => ({
    to: [peerOf(callee, app.namespace)],
    ports: [portOf(random, callee)],
  }));
  if (outside.length > 0) rules.push({ to: outside, ports: [{ protocol: 'TCP', port: 443 }] });
  if (rules.length === 0)
    rules.push({
      to: [{ podSelector: { matchLabels: { tier: 'data' } } }],
      ports: [{ protocol: 'TCP', port: 8080 }],
    });
  return rules;
}

/** One allow policy for one app: turn 0 lets its callers in and lets it out to its callees, later turns add to one side. */
function appPolicy(random, app, turn) {
  const podSelector = selectorOf(random, app);
  const outside = random.chance(0.2) ? [random.pick(OUTSIDE)] : []; // a fifth has an ipBlock with exceptions
  const outsideIn = random.chance(0.5);
  const ingress = turn % 2 === 0 ? ingressRules(random, app, outsideIn ? outside : []) : undefined;
  const egress =
    turn === 0 || turn % 2 === 1
      ? egressRules(random, app, turn === 0 && outsideIn ? [] : outside)
      : undefined;
  const policyTypes = [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])];
  return policy(app.namespace, `${app.name}-${turn}`, { podSelector, policyTypes, ingress, egress });
}

function* perApp(random) {
  for (let turn = 0; ; turn++) for (const app of apps.own) yield appPolicy(random, app, turn);
}

function* microservicesPolicies(random) {
  for (const namespace of namespaces.applications) {
    yield policy(namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    yield policy(namespace, 'allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [DNS_RULE] });
  }
  yield* perApp(random);
}

function* tenantPolicies(random) {
  for (const namespace of namespaces.applications) {
    const sameTenant = { namespaceSelector: { matchLabels: { tenant: namespace.labels.tenant } } };
    yield policy(namespace, 'tenant-isolation', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [sameTenant] },
        {
          from: [{ namespaceSelector: { matchExpressions: [{ key: 'cluster-role', operator: 'Exists' }] } }],
        },
      ],
      egress: [{ to: [sameTenant] }, DNS_RULE],
    });
    yield policy(namespace, 'internet-egress', {
      podSelector: { matchLabels: { tier: 'edge' } },
      policyTypes: ['Egress'],
      egress: [{ to: [INTERNET], ports: [{ protocol: 'TCP', port: 443 }] }],
    });
  }
  yield* perApp(random);
}

function randomSelector(random) {
  const matchLabels = {};
  for (const key of random.some(FLAT_KEYS, random.between(0, 2)))
    matchLabels[key] = `${key[0]}${random.below(12)}`;
  const matchExpressions = [];
  if (random.chance(0.4)) {
    const key = random.pick(FLAT_KEYS);
    const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
    const values = operator.endsWith('In')
      ? random.some([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], random.between(1, 4)).map((n) => `${key[0]}${n}`)
      : undefined;
    matchExpressions.push({ key, operator, values });
  }
  return {
    matchLabels: Object.keys(matchLabels).length > 0 ? matchLabels : undefined,
    matchExpressions: matchExpressions.length > 0 ? matchExpressions : undefined,
  };
}

function randomPort(random, mayBeNamed) {
  const protocol = random.pick(['TCP', 'TCP', 'TCP', 'UDP', 'SCTP']);
  if (random.chance(0.1)) return { protocol };
  if (mayBeNamed && random.chance(0.1))
    return { protocol: 'TCP', port: random.pick(['http', 'grpc', 'metrics']) };
  const port = random.pick([53, 80, 443, 3000, 5140, 8000, 8080, 9000, 15020]);
  return random.chance(0.1)
    ? { protocol, port, endPort: port + random.between(0, 2000) }
    : { protocol, port };
}

function randomPeer(random) {
  const draw = random.next();
  if (draw < 0.2) return random.pick(OUTSIDE);
  if (draw < 0.5) return { podSelector: randomSelector(random) };
  const namespaceSelector = random.pick([
    {},
    { matchLabels: { env: random.pick(ENVIRONMENTS) } },
    { matchExpressions: [{ key: 'team', operator: 'NotIn', values: random.some(TEAMS, 2) }] },
  ]);
  return draw < 0.7 ? { namespaceSelector } : { namespaceSelector, podSelector: randomSelector(random) };
}

function* flatPolicies(random) {
  for (let i = 0; ; i++) {
    // No named ports in egress: valid, but some analyzers give up on one that meets an ipBlock.
    const rules = (side) =>
      Array.from({ length: random.between(1, 3) }, () => ({
        [side]: random.chance(0.1)
          ? undefined
          : Array.from({ length: random.between(1, 3) }, () => randomPeer(random)),
        ports: random.chance(0.2)
          ? undefined
          : Array.from({ length: random.between(1, 3) }, () => randomPort(random, side === 'from')),
      }));
    const types = random.pick([['Ingress'], ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
    yield policy(random.pick(namespaces.applications), `random-${i}`, {
      podSelector: randomSelector(random),
      policyTypes: types,
      ingress: types.includes('Ingress') ? rules('from') : undefined,
      egress: types.includes('Egress') ? rules('to') : undefined,
    });
  }
}

function* networkPolicyDocuments() {
  const make = { microservices: microservicesPolicies, tenant: tenantPolicies, flat: flatPolicies }[
    options.shape
  ];
  let made = 0;
  if (options.policies === 0) return;
  for (const document of make(stream('policies'))) {
    if (made === options.editPolicy) {
      // The edit: anything in the ingress gateway's namespace may reach TCP 8080 (or the policy's pods may reach it).
      const peer = { namespaceSelector: inNamespace('ingress-gateway') };
      const ports = [{ protocol: 'TCP', port: 8080 }];
      if (document.spec.policyTypes.includes('Ingress'))
        document.spec.ingress = [...(document.spec.ingress ?? []), { from: [peer], ports }];
      else document.spec.egress = [...(document.spec.egress ?? []), { to: [peer], ports }];
    }
    yield document;
    if (++made === options.policies) return;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Istio: AuthorizationPolicies along the same call graph, and PeerAuthentications.

const principal = (app) => `cluster.local/ns/${app.namespace.name}/sa/${app.name}`;

function authorization(namespace, name, spec) {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: namespace.name },
    spec,
  };
}

function* allAuthorizationPolicies() {
  const random = stream('authorization');
  const upTo = (...byLevel) => random.pick(byLevel.slice(0, options.authorizationLevel + 1).flat()); // one the level allows
  const withClaims = options.authorizationLevel === 2;
  for (const namespace of namespaces.applications) yield authorization(namespace, 'allow-nothing', {});
  for (let turn = 0; ; turn++) {
    for (const app of apps.own) {
      const selector = { matchLabels: { app: app.name } };
      const port = String(app.ports[0].port);
      if (random.chance(0.1)) {
        const rule = upTo(
          [
            { from: [{ source: { ipBlocks: ['203.0.113.0/24'] } }] },
            {
              from: [{ source: { notNamespaces: [app.namespace.name] } }],
              to: [{ operation: { ports: ['15020'] } }],
            },
          ],
          [
            { to: [{ operation: { methods: ['DELETE'], paths: ['/admin*'] } }] },
            {
              from: [{ source: { notNamespaces: [app.namespace.name] } }],
              to: [{ operation: { ports: [port], paths: ['/internal/*'] } }],
            },
          ],
          [
            {
              to: [{ operation: { methods: ['POST'] } }],
              when: [{ key: 'request.headers[x-debug]', values: ['*'] }],
            },
          ],
        );
        yield authorization(app.namespace, `${app.name}-deny-${turn}`, {
          selector,
          action: 'DENY',
          rules: [rule],
        });
        continue;
      }
      const callers = app.callers.length > 0 ? app.callers.map(principal) : [principal(apps.gateway)];
      const operation = upTo(
        [{ ports: [port] }],
        [
          { methods: ['GET', 'HEAD'], paths: ['/', '/api/*', '*.json'] },
          { methods: ['GET', 'POST'], paths: [`/v${random.between(1, 3)}/${app.name}/*`], ports: [port] },
          {
            hosts: [`${app.name}.${app.namespace.name}.svc.cluster.local`, '*.example.com'],
            notPaths: ['/debug*'],
          },
        ],
      );
      const rules = [{ from: [{ source: { principals: callers } }], to: [{ operation }] }];
      if (random.chance(0.2)) {
        const scrape =
          options.authorizationLevel === 0 ? { ports: ['15020'] } : { methods: ['GET'], paths: ['/metrics'] };
        rules.push({ from: [{ source: { namespaces: ['monitoring'] } }], to: [{ operation: scrape }] });
      }
      if (withClaims && random.chance(0.1))
        rules[0].when = [{ key: 'request.auth.claims[group]', values: ['ops', 'team-*'] }];
      if (withClaims && random.chance(0.1))
        rules.push({ from: [{ source: { requestPrincipals: ['https://issuer.example/*'] } }] });
      yield authorization(app.namespace, `${app.name}-allow-${turn}`, { selector, action: 'ALLOW', rules });
    }
  }
}

function* istioDocuments() {
  let made = 0;
  if (options.authorizationPolicies > 0) {
    for (const document of allAuthorizationPolicies()) {
      yield document;
      if (++made === options.authorizationPolicies) break;
    }
  }
}

function* peerAuthenticationDocuments() {
  if (options.authorizationPolicies === 0) return;
  const random = stream('peer-authentication');
  const peerAuthentication = (name, namespace, spec) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace },
    spec,
  });
  for (const namespace of namespaces.applications) {
    yield peerAuthentication('default', namespace.name, {
      mtls: { mode: random.chance(0.8) ? 'STRICT' : 'PERMISSIVE' },
    });
  }
  for (const app of apps.own) {
    if (!random.chance(0.02)) continue;
    yield peerAuthentication(app.name, app.namespace.name, {
      selector: { matchLabels: { app: app.name } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 15020: { mode: 'DISABLE' } },
    });
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// AdminNetworkPolicies (policy.networking.k8s.io/v1alpha1) and the one BaselineAdminNetworkPolicy.

function* adminDocuments() {
  if (options.adminPolicies === 0) return;
  const random = stream('admin');
  const apiVersion = 'policy.networking.k8s.io/v1alpha1';
  const namespacesWith = (matchLabels) => ({ namespaces: { matchLabels } });
  const tcp = (number) => [{ portNumber: { protocol: 'TCP', port: number } }];
  for (let i = 0; i < options.adminPolicies; i++) {
    const subject = namespacesWith({ team: random.pick(TEAMS) });
    const other = namespacesWith({ env: random.pick(ENVIRONMENTS) });
    yield {
      apiVersion,
      kind: 'AdminNetworkPolicy',
      metadata: { name: `admin-${i}` },
      spec: {
        priority: i % 1000,
        subject,
        ingress: [
          {
            name: 'from-monitoring',
            action: 'Allow',
            from: [namespacesWith({ 'kubernetes.io/metadata.name': 'monitoring' })],
            ports: tcp(15020),
          },
          {
            name: 'by-environment',
            action: random.pick(['Deny', 'Pass']),
            from: [other],
            ports: tcp(random.pick([8080, 8000, 3000])),
          },
        ],
        egress: [{ name: 'no-metadata-server', action: 'Deny', to: [{ networks: ['169.254.169.254/32'] }] }],
      },
    };
  }
  yield {
    apiVersion,
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: {
      subject: { namespaces: { matchExpressions: [{ key: 'env', operator: 'Exists' }] } },
      ingress: [{ name: 'no-strangers', action: 'Deny', from: [namespacesWith({ env: 'dev' })] }],
    },
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Questions: 'may A open this port of B?', half along the call graph and half between any two apps, a tenth to the outside.

function* questions() {
  const random = stream('questions');
  const firstIndex = [];
  let total = 0;
  for (const app of apps.all) {
    firstIndex[app.id] = total;
    total += app.replicas;
  }
  const endpoint = (app) => {
    const wanted = random.below(app.replicas);
    let i = 0;
    for (const pod of podsOf(app, firstIndex[app.id])) {
      if (i++ === wanted)
        return { namespace: app.namespace.name, workload: app.name, pod: pod.name, ip: pod.podIP };
    }
  };
  const callers = apps.own.filter((app) => app.callees.length > 0);
  for (let i = 0; i < options.queries; i++) {
    const source = callers.length > 0 ? random.pick(callers) : random.pick(apps.own);
    if (random.chance(0.1)) {
      const ip = random.pick([
        '203.0.113.9',
        '203.0.113.70',
        '198.51.100.7',
        '198.51.100.200',
        '192.0.2.30',
        '8.8.8.8',
      ]);
      yield { from: endpoint(source), to: { ip }, protocol: 'TCP', port: random.pick([443, 443, 80]) };
      continue;
    }
    const target =
      source.callees.length > 0 && random.chance(0.6) ? random.pick(source.callees) : random.pick(apps.all);
    const draw = random.next();
    const { port, protocol } =
      draw < 0.75
        ? target.ports[0]
        : draw < 0.9
          ? random.pick(target.ports)
          : { port: random.pick([22, 443, 8081]), protocol: 'TCP' };
    yield { from: endpoint(source), to: endpoint(target), protocol, port };
  }
}

// ---------------------------------------------------------------------------------------------------------------------

writeFile(
  'namespaces',
  allNamespaces.map(({ name, labels }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  })),
);
writeFile(
  'serviceaccounts',
  apps.all.map((app) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: app.name, namespace: app.namespace.name },
  })),
);
writeFile(
  'services',
  apps.all.map((app) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app.name, namespace: app.namespace.name, labels: { app: app.name } },
    spec: {
      selector: { app: app.name },
      ports: app.ports.map(({ name, port, protocol }) => ({ name, port, targetPort: name, protocol })),
    },
  })),
);
writeFile('workloads', workloadDocuments(), 10_000);
writeFile('networkpolicies', networkPolicyDocuments());
writeFile('authorizationpolicies', istioDocuments());
writeFile('peerauthentications', peerAuthenticationDocuments());
writeFile('adminpolicies', adminDocuments());
standardOut?.close();
if (options.queries > 0) {
  const file = sink(flags['queries-out']);
  for (const question of questions()) file.write(`${JSON.stringify(question)}\n`);
  file.close();
}
process.stderr.write(
  `${options.pods} pods in ${apps.all.length} apps; ${Object.entries(counts)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ')}\n`,
);
