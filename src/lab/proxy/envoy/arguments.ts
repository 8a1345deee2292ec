import type { LogSettings } from '../../../istio/istioctl/index.ts';
import { files, pathOf } from './files.ts';

/**
 * Envoy's arguments, as Istio's agent gives them; but an access log is written at once, as one looks at it here, and what a change of configuration replaces
 * ends at once, so that nothing is judged by rules of yesterday. Source: istio pkg/envoy/proxy.go.
 */
export function envoyArguments(settings: LogSettings): readonly string[] {
  const { level = 'warning', componentLevel = 'misc:error' } = settings;
  const parts = level.split(',').map((part) => part.trim());
  const components = parts.filter((part) => part.includes(':'));
  const general = parts.findLast((part) => part !== '' && !part.includes(':')) ?? 'warning';
  return [
    ...['-c', pathOf(files.bootstrap)],
    ...['--drain-time-s', '0', '--drain-strategy', 'immediate'],
    ...['--file-flush-interval-msec', '1000', '--file-flush-min-size-kb', '0'],
    '--disable-hot-restart',
    '--skip-deprecated-logs',
    ...['--concurrency', '1'],
    ...[
      '-l',
      general,
      '--component-log-level',
      components.length > 0 ? components.join(',') : componentLevel,
    ],
  ];
}
