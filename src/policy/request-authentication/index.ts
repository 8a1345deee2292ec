export { type Authentication, authenticate, jwtRulesFor, type PlacedRule } from './authenticate.ts';
