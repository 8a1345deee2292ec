import { type ApiObject, badRequest } from '../../store/index.ts';
import type { Form } from '../http/accept.ts';
import type { Served } from '../path.ts';
import { toClient } from '../served.ts';
import type { Printer } from './columns.ts';
import { customPrinters } from './custom.ts';
import { eventPrinter } from './event.ts';
import { podPrinter } from './pod.ts';
import { endpointSlicePrinter, endpointsPrinter, servicePrinter } from './services.ts';
import {
  barePrinter,
  configMapPrinter,
  namespacePrinter,
  networkPolicyPrinter,
  nodePrinter,
  secretPrinter,
} from './simple.ts';
import {
  controllerRevisionPrinter,
  cronJobPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  jobPrinter,
  replicaSetPrinter,
  statefulSetPrinter,
} from './workloads.ts';

/** By the store's name of a kind. A printer gets only objects of its kind. */
const printers: Readonly<Record<string, Printer<never>>> = {
  pods: podPrinter,
  namespaces: namespacePrinter,
  nodes: nodePrinter,
  services: servicePrinter,
  endpoints: endpointsPrinter,
  endpointslices: endpointSlicePrinter,
  secrets: secretPrinter,
  configmaps: configMapPrinter,
  events: eventPrinter,
  deployments: deploymentPrinter,
  replicasets: replicaSetPrinter,
  statefulsets: statefulSetPrinter,
  daemonsets: daemonSetPrinter,
  jobs: jobPrinter,
  cronjobs: cronJobPrinter,
  controllerrevisions: controllerRevisionPrinter,
  networkpolicies: networkPolicyPrinter,
  ...customPrinters,
};

/** Objects as the table that `kubectl get` shows. `includeObject` says how much of each object comes along (Metadata where nothing is said). */
export function tableOf(
  served: Served,
  objects: readonly ApiObject[],
  query: URLSearchParams,
  as: NonNullable<Form['as']>,
  metadata: object,
  noHeaders = false,
): object {
  const printer = (printers[served.resource.name] ?? barePrinter) as Printer;
  const attach = attachment(query.get('includeObject') ?? '', served, as.version);
  const [only] = objects;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${as.version}`,
    metadata:
      'resourceVersion' in metadata || only === undefined
        ? metadata
        : { resourceVersion: only.metadata.resourceVersion },
    columnDefinitions: noHeaders ? null : printer.columns,
    rows: objects.map((object) => {
      const conditions = printer.conditions?.(object);
      const included = attach(object);
      return {
        cells: printer.cells(object),
        ...(conditions !== undefined && { conditions }),
        object: included,
      };
    }),
  };
}

function attachment(wanted: string, served: Served, version: string): (object: ApiObject) => object | null {
  switch (wanted) {
    case 'Object':
      return (object) => toClient(served, object);
    case 'None':
      return () => null;
    case 'Metadata':
    case '':
      return ({ metadata }) => ({
        kind: 'PartialObjectMetadata',
        apiVersion: `meta.k8s.io/${version}`,
        metadata,
      });
    default:
      throw badRequest(`unrecognized includeObject value: ${JSON.stringify(wanted)}`);
  }
}
