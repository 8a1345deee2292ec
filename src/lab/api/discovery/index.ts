import { createHash } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import { negotiate } from '../http/accept.ts';
import { answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { apiVersionOf } from '../path.ts';
import { aggregated } from './aggregated.ts';
import { describeGroup, type Group, groupsOf, type Offer } from './groups.ts';

const whole = ['v2', 'v2beta1'].map((version) => `APIGroupDiscoveryList.${version}.apidiscovery.k8s.io`);

/** Answers what tells clients which kinds there are: /api, /apis, /api/v1, /apis/GROUP, /apis/GROUP/VERSION. False for other paths. */
export function answerDiscovery(store: Store, call: Call): boolean {
  const [root, group, version, ...rest] = call.path;
  if (rest.length > 0 || (root !== 'api' && root !== 'apis')) return false;
  const groups = groupsOf(store).filter(({ name }) => (name === '') === (root === 'api'));
  if (group === undefined) {
    answerRoot(call, root, groups);
    return true;
  }
  if (root === 'api') {
    if (version !== undefined) return false;
    return answerVersion(call, groups[0], group);
  }
  const found = groups.find(({ name }) => name === group);
  if (found === undefined) return false;
  if (version !== undefined) return answerVersion(call, found, version);
  answer(call, 200, { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(found) });
  return true;
}

function answerRoot(call: Call, root: 'api' | 'apis', groups: readonly Group[]): void {
  const form = negotiate(call, whole);
  const { as } = form;
  if (as !== undefined) {
    const body = aggregated(groups, as.version);
    const digest = createHash('sha512').update(JSON.stringify(body)).digest('hex').toUpperCase();
    call.response.setHeader('ETag', `"${digest}"`);
    call.response.setHeader('Vary', 'Accept');
    answer(call, 200, body, form);
  } else if (root === 'apis') {
    answer(call, 200, { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) }, form);
  } else {
    const serverAddressByClientCIDRs = [
      { clientCIDR: '0.0.0.0/0', serverAddress: call.request.headers.host ?? '' },
    ];
    answer(call, 200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs }, form);
  }
}

function answerVersion(call: Call, group: Group | undefined, version: string): boolean {
  const offers = group?.versions.get(version);
  if (group === undefined || offers === undefined) return false;
  const resources = offers.flatMap((offer) => describeOffer(offer, group.name, version));
  const groupVersion = apiVersionOf(group.name, version);
  answer(call, 200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
  return true;
}

function describeOffer(offer: Offer, group: string, version: string): readonly object[] {
  const { plural, singular, kind, namespaced, verbs, shortNames, categories, subresources } = offer;
  const hash = createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8);
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
      ...(verbs.includes('list') && { storageVersionHash: hash.toString('base64') }),
    },
    ...subresources.map((each) => ({
      name: `${plural}/${each.name}`,
      singularName: '',
      namespaced,
      ...((each.group !== group || each.version !== version) && { group: each.group, version: each.version }),
      kind: each.kind,
      verbs: each.verbs,
    })),
  ];
}
