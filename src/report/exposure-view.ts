import type { ExposureMap, WorkloadEnd } from '../reach/index.ts';

/** The part of an exposure that was asked for. */
export interface ExposureView {
  readonly exposure: ExposureMap;
  /** Workloads of which it is told what they accept. */
  readonly receivers: readonly WorkloadEnd[];
  /** Workloads of which it is told what they may reach. */
  readonly senders: readonly WorkloadEnd[];
}
