export { judgeCard, type CardSign } from './card-schemes.ts'
export { isSecretName } from './names.ts'
export { scrubText } from './text.ts'
export { scrub, type ScrubOptions } from './value.ts'
