export { type Arrival, receiveRequest } from './receive.ts';
export { type BadRequest, codecError, isBadRequest } from './request-line.ts';
