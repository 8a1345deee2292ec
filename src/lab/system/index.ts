export { hasInotifyFor, inotifyLimit } from './inotify.ts';
export {
  closeNamespace,
  createNamespace,
  type NetworkNamespace,
  openNamespace,
  ownNamespace,
  within,
} from './namespaces.ts';
export {
  attribute,
  closeNetlink,
  type NetlinkMessage,
  type NetlinkRequest,
  type NetlinkSocket,
  netlinkProtocols,
  openNetlink,
  readAttributes,
  receiveNetlink,
  requestNetlink,
} from './netlink.ts';
export { runProgram } from './run-program.ts';
export {
  bindUdp,
  connectTcp,
  listenTcp,
  openListener,
  openListenerHere,
  originalDestination,
  type SocketOptions,
} from './sockets.ts';
