export { answerLog } from './log.ts';
export {
  refuseUpgrade,
  type UpgradeRequest,
  upgradeExec,
  upgradeRequired,
  upgradeStream,
} from './upgrade.ts';
