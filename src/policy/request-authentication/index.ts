export { authenticate, jwtRulesFor, type PlacedRule } from './authenticate.ts';
export { outputHeaders } from './header-edits.ts';
