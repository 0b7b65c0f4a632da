export { createEngine } from './engine.ts'
export { SecLangError, type SecLangCode } from './error.ts'
export type * from './types.ts'
