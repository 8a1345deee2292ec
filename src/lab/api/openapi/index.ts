export { ValueError } from './canonical.ts';
export { withSchemaDefaults } from './custom.ts';
export { answerOpenApi, type OpenApiAnswer, type OpenApiRequest } from './documents.ts';
export {
  type BodyRequest,
  type DecodedValue,
  decodeValue,
  type FieldValidation,
  type ReadBody,
  readBody,
  type Words,
} from './read-body.ts';
export { definition, definitionName, referred, resolved, type Schema } from './schema-data.ts';
export { groupVersion } from './type-meta.ts';
