export * from './cidr.ts';
export * from './cidr-warnings.ts';
export * from './field-error.ts';
export * from './metadata.ts';
export * from './names.ts';
export * from './network-policy.ts';
export * from './quote.ts';
export * from './selector.ts';
