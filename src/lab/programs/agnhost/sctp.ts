/** Why a port is not served by SCTP. Node has no sockets for it, and few kernels load it. */
export const sctpRefusal = (port: number | string): string =>
  `SCTP port ${port} is not served: the lab has no SCTP servers. Its NetworkPolicies are compiled all the same.`;
