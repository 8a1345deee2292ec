export { answerLog } from './log.ts';
export { refuseUpgrade, type UpgradeRequest, upgradeRequired, upgradeStream } from './upgrade.ts';
