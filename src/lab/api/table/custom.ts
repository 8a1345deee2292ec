import type { ApiObject, Condition } from '../../store/index.ts';
import { ageColumn, type Cell, type Column, column, nameColumn, type Printer, wide } from './columns.ts';
import { age } from './duration.ts';

/** A column of a CustomResourceDefinition: `additionalPrinterColumns`. */
interface CustomColumn {
  readonly column: Column;
  readonly value: (object: ApiObject) => unknown;
}

const ageOfCustom: CustomColumn = {
  column: { ...ageColumn, type: 'date' },
  value: ({ metadata }) => age(metadata.creationTimestamp),
};

/** The columns that the CRDs define (Istio's crd-all.gen.yaml, network-policy-api, the Gateway API); age alone for those that define none. */
export const customPrinters: Readonly<Record<string, Printer>> = {
  authorizationpolicies: printer(field('Action', 'spec.action', 'The operation to take.'), ageOfCustom),
  peerauthentications: printer(
    field('Mode', 'spec.mtls.mode', 'Defines the mTLS mode used for peer authentication.'),
    ageOfCustom,
  ),
  requestauthentications: printer(ageOfCustom),
  destinationrules: printer(
    field('Host', 'spec.host', 'The name of a service from the service registry'),
    ageOfCustom,
  ),
  serviceentries: printer(
    field('Hosts', 'spec.hosts', 'The hosts associated with the ServiceEntry'),
    field('Location', 'spec.location'),
    field('Resolution', 'spec.resolution'),
    ageOfCustom,
  ),
  adminnetworkpolicies: printer(field('Priority', 'spec.priority'), ageOfCustom),
  baselineadminnetworkpolicies: printer(ageOfCustom),
  clusternetworkpolicies: printer(
    field('Tier', 'spec.tier'),
    field('Priority', 'spec.priority'),
    ageOfCustom,
  ),
  'gateways.gateway.networking.k8s.io': printer(
    field('Class', 'spec.gatewayClassName'),
    { column: column('Address'), value: firstAddress },
    { column: column('Programmed'), value: condition('Programmed') },
    ageOfCustom,
  ),
  gatewayclasses: printer(
    field('Controller', 'spec.controllerName'),
    { column: column('Accepted'), value: condition('Accepted') },
    ageOfCustom,
    { column: wide('Description'), value: at('spec.description') },
  ),
};

function printer(...columns: readonly CustomColumn[]): Printer {
  return {
    columns: [nameColumn, ...columns.map((each) => each.column)],
    cells: (object) => [object.metadata.name, ...columns.map(({ value }) => cellOf(value(object)))],
  };
}

function field(name: string, path: string, description: string = name): CustomColumn {
  return { column: column(name, 'string', description), value: at(path) };
}

function at(path: string): CustomColumn['value'] {
  const parts = path.split('.');
  return (object) =>
    parts.reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>>)?.[part], object);
}

/** Text as it is, all else as JSON, as a JSONPath prints it; nothing where there is nothing. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function firstAddress({ status }: ApiObject): unknown {
  const { addresses } = (status ?? {}) as { readonly addresses?: readonly { readonly value?: string }[] };
  return addresses?.[0]?.value;
}

function condition(wanted: string): CustomColumn['value'] {
  return ({ status }) => {
    const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
    return conditions?.find(({ type }) => type === wanted)?.status;
  };
}
