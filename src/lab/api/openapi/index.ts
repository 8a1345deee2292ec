export { withSchemaDefaults } from './custom.ts';
export { answerOpenApi, type OpenApiAnswer, type OpenApiRequest } from './documents.ts';
export { type BodyRequest, decodeValue, type FieldValidation, type ReadBody, readBody } from './read-body.ts';
export { definition, definitionName, goType, referred, resolved, type Schema } from './schema-data.ts';
