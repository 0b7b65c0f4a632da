/** For whoever gives grants inside of the module: elevation, break-glass. */
export { correctGrant, endGrant, endGrantsOf, type GrantChange } from './change.ts'
export { giveGrant, type GrantTools, type NewGrant, reasonsColumn } from './give.ts'
