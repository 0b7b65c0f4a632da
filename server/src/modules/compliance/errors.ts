import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('compliance', {})
