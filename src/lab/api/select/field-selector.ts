import { type ApiObject, badRequest, type Resource } from '../../store/index.ts';

export type FieldSelector = (object: ApiObject) => boolean;

/** The fields besides metadata.name and metadata.namespace that can be selected by, per kind (pkg/apis/…/conversion.go and the registries' SelectableFields). */
const fields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicasets: ['status.replicas'],
  jobs: ['status.successful'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

const always = ['metadata.name', 'metadata.namespace'];

/** Fields that are numbers or booleans: absent, they are selected as their zero value. */
const zeros: Readonly<Record<string, string>> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Reads the query form (`status.phase=Running,metadata.name!=web`). Throws a 400 for what is none and for fields that the kind is not selected by. */
export function parseFieldSelector(text: string, resource: Resource): FieldSelector {
  const terms = split(text).map((term) => readTerm(term, text));
  const known = [...always, ...(fields[resource.name] ?? [])];
  for (const { field } of terms) {
    if (known.includes(field)) continue;
    throw badRequest(
      fields[resource.name] !== undefined || resource.custom
        ? `field label not supported: ${field}`
        : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return (object) => terms.every((term) => (read(object, term.field) === term.value) === term.equal);
}

function split(text: string): string[] {
  return text.split(/(?<!\\),/).filter((term) => term !== '');
}

function readTerm(term: string, whole: string): Term {
  const found = /^((?:[^=!\\]|\\.)*)(==|=|!=)((?:[^\\]|\\.)*)$/.exec(term);
  if (found === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
  return {
    field: found[1]!.trim(),
    equal: found[2] !== '!=',
    value: found[3]!.replace(/\\([\\,=])/g, '$1'),
  };
}

function read(object: ApiObject, field: string): string {
  if (field === 'source') return sourceOf(object);
  let value: unknown = object;
  for (const part of (aliases[field] ?? field).split('.')) {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
  }
  if (value === undefined || value === null) return zeros[field] ?? '';
  if (Array.isArray(value)) return value.map((each: { ip?: string }) => each.ip ?? '').join(',');
  return String(value);
}

const aliases: Readonly<Record<string, string>> = {
  'status.successful': 'status.succeeded',
};

/** Of an Event: the component of its source, or who reported it. */
function sourceOf(event: ApiObject): string {
  const { component } = (event.source ?? {}) as { readonly component?: string };
  return component || String(event.reportingComponent ?? '');
}
