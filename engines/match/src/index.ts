export { PatternError } from './errors.ts'
export { compile } from './compile.ts'
export { createPatternSet } from './pattern-set.ts'
export { createPhraseFinder } from './phrase-finder.ts'
export type { Occurrence, PhraseFinder } from './phrase-finder.ts'
export { createPhraseSet } from './phrase-set.ts'
export type {
  CompileOptions,
  Flags,
  Input,
  Limits,
  Matcher,
  PatternErrorCode,
  PatternSet,
  PhraseSet,
  Span,
} from './types.ts'
