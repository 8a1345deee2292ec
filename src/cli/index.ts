export { ask } from './ask.ts';
export { readEndpoint } from './endpoint-text.ts';
export { readLoaded } from './gather.ts';
