export * from './own-file.ts';
export * from './read-fields.ts';
