// What Go's standard library says of a text, in its own words: istiod hands these errors on to the user.
export * from './address.ts';
export * from './duration.ts';
export * from './json.ts';
export * from './numbers.ts';
export * from './quote.ts';
export * from './url.ts';
