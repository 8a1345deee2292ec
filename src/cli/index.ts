export { type Played, type PlayedStep, play } from './play-scenario.ts';
export { readScenario } from './scenario.ts';
