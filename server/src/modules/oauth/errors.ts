import { defineErrors } from '../../platform/errors.ts'

export const coreErrors = defineErrors('oauth', {})
