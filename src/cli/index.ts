export { ask } from './check-run.ts';
export { readEndpoint } from './endpoint-text.ts';
export { readLoaded } from './gather.ts';
