export type * from './api/types.ts'
export type * from './codes.ts'
export { LIMITS, type Limits } from './limits.ts'
export type * from './types.ts'
