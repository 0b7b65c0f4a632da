/** Who gains and who loses what between two worlds: exact, on the entities that are known. No IO; `blocks` pauses often, so that others may run. */
export { actionTypes, contextType } from './actions.ts'
export type { RecordType, Type } from '../schema/types.ts'
export { type ConditionCoverage, type Coverage, createCoverage, type PolicyCoverage } from './coverage.ts'
export { blocks, type Compared } from './blocks.ts'
export { type Change, type Comparison, type Row, summarize, type SummaryOptions } from './summary.ts'
export {
  type ActionTypes,
  type Block,
  type DiffOptions,
  type DiffSide,
  DiffTooLarge,
  type Extent,
  type Undecided,
} from './types.ts'
export { describeChange, describeUndecided } from './words.ts'
