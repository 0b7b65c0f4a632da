import { defineErrors } from '../../../platform/errors.ts'

export const learnedErrors = defineErrors('protection', {
  learned_malformed: {
    status: 422,
    title: 'This is nothing that a gateway learns',
    detail: 'What was learnt has names, types, lengths and counts, and nothing else.',
    help: 'The gateway is of another version than the control plane: use the same for both.',
  },
})
