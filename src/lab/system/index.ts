export { closeNamespace, type NetworkNamespace, openNamespace, ownNamespace, within } from './namespaces.ts';
export {
  bindUdp,
  connectTcp,
  listenTcp,
  openListener,
  openListenerHere,
  originalDestination,
  type SocketOptions,
} from './sockets.ts';
