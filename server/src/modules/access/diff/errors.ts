import { defineErrors } from '../../../platform/errors.ts'

export const diffErrors = defineErrors('access', {
  diff_too_large: {
    status: 422,
    title: 'Comparison too large',
    detail: 'This comparison takes {evaluations} evaluations, and {limit} are allowed at once.',
    help: 'Narrow it: name some `actions`, `resourceTypes` or `principals` (--action, --type, --principal).',
  },
  diff_too_slow: {
    status: 422,
    title: 'Comparison too slow',
    detail: 'This comparison took more than {seconds} s: its policies cost too much to evaluate so often.',
    help: 'Narrow it: name some `actions`, `resourceTypes` or `principals` (--action, --type, --principal).',
  },
  diff_busy: {
    status: 503,
    title: 'Too many comparisons',
    detail: 'Other comparisons are waiting already: they are made one after the other. Try again shortly.',
    help: 'Narrow comparisons that take long: name some `actions`, `resourceTypes` or `principals` (--action, --type, --principal).',
  },
  diff_side_invalid: {
    status: 422,
    title: 'Invalid side of a comparison',
    detail: 'What is to be compared cannot be evaluated: {problem}.',
    help: 'A side is what is live, a candidate, a moment or a version, with or without policies in place of its own.',
  },
  diff_past_unknown: {
    status: 404,
    title: 'Nothing known of that moment',
    detail: 'The application {application} was not there at {moment}.',
    help: 'Name a later moment; `holdfast access history` shows what is recorded.',
  },
})
