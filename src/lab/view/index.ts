export { type View, watchView } from './watch.ts';
