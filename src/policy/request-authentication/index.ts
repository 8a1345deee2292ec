export { authenticate, jwtRulesFor, type PlacedRule } from './authenticate.ts';
