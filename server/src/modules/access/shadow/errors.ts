import { defineErrors } from '../../../platform/errors.ts'

export const shadowErrors = defineErrors('access', {
  candidate_not_found: {
    status: 404,
    title: 'No candidate',
    detail: 'The application {application} has no candidate policies.',
    help: 'Start one with `holdfast access shadow start DIR --application {application}`.',
  },
  candidate_invalid: {
    status: 422,
    title: 'Invalid candidate',
    detail: 'The candidate is not valid under its schema; `findings` says what and where.',
    help: 'Mend what the findings name. A candidate is held to the same rules as live policies.',
  },
  candidate_changed: {
    status: 409,
    title: 'Candidate changed meanwhile',
    detail: 'The candidate is {current}, and you named {expected}.',
    help: 'Read it again, look at its report, and repeat with the one of now.',
  },
  candidate_live_changed: {
    status: 409,
    title: 'Live policies changed meanwhile',
    detail:
      'The live policies or the schema changed since you looked: they are {current} now, and you named {expected}.',
    help: 'Look at what is live now. What changed there would be undone by promoting this candidate.',
  },
})
