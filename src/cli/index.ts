export { Refusal } from './exit.ts';
export { adviceOf, examine } from './lab/doctor-run.ts';
export { type LabQuestion, type LabStep, playInLab } from './lab/play-in-lab.ts';
export { chooseProxy, proxyWords } from './lab/proxy-flag.ts';
export { createIssuer } from './lab/token-issuer.ts';
export { type Played, type PlayedStep, play } from './play-scenario.ts';
export { readScenario } from './scenario.ts';
export { processTerminal } from './terminal.ts';
