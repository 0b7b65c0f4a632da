export { createEngine } from './engine.ts'
export { RECOMMENDED } from './recommended.ts'
export { SecLangError, type SecLangCode } from './error.ts'
export type * from './types.ts'
