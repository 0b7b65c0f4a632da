import { defineErrors } from '../../../platform/errors.ts'

export const elevationErrors = defineErrors('access', {
  elevation_rule_not_found: {
    status: 404,
    title: 'No such rule',
    detail: 'The application {application} has no elevation rule for the {gives} {name}.',
    help: 'List the rules with `holdfast access elevation-rules list --application APPLICATION`.',
  },
  elevation_rule_invalid: {
    status: 422,
    title: 'Rule not valid',
    detail: '{problem}.',
    help: 'People and groups are in the directory, roles in the application; a template needs an approval and has no break-glass.',
  },
  elevation_rule_conflict: {
    status: 409,
    title: 'Rule changed meanwhile',
    detail: 'The rule is at version {current}, and you changed version {expected}.',
    help: 'Read it again and repeat your change on the current version.',
  },
  elevation_not_eligible: {
    status: 403,
    title: 'Not eligible',
    detail: 'No elevation rule of the application lets you ask for that, or break the glass for it.',
    help: 'List what you may ask for with `GET /api/v1/applications/APPLICATION/elevation-rules?mine=true`.',
  },
  elevation_people_only: {
    status: 403,
    title: 'For people only',
    detail: 'Elevations are asked for, answered and reviewed by people who are signed in, not by services.',
    help: 'Sign in as a person.',
  },
  elevation_too_long: {
    status: 422,
    title: 'Too long',
    detail: 'You asked for {asked} s, and the rule gives {most} s at most.',
    help: 'Ask for less; when it is over, ask again.',
  },
  elevation_pending: {
    status: 409,
    title: 'Asked for already',
    detail: 'Your request {elevation} for the same waits for an answer.',
    help: 'Wait for it, or cancel it.',
  },
  elevation_active: {
    status: 409,
    title: 'You have it already',
    detail: 'The same is yours until {until}, which is as long as you asked for.',
    help: 'Ask again when it is nearly over, or for longer.',
  },
  elevation_not_found: {
    status: 404,
    title: 'No such request',
    detail: 'The application {application} has no request {elevation} that you may see.',
    help: 'List them with `holdfast access requests --application APPLICATION`.',
  },
  elevation_decided: {
    status: 409,
    title: 'Decided already',
    detail: 'The request is {state}.',
    help: 'Nothing is left to decide; whoever still needs it asks again.',
  },
  elevation_own: {
    status: 403,
    title: 'Your own request',
    detail: 'Nobody approves, denies or reviews what they asked for themselves.',
    help: 'Ask somebody else who may. To withdraw it, cancel it.',
  },
  elevation_not_approver: {
    status: 403,
    title: 'Not for you to answer',
    detail: 'The rule names approvers, and you are none of them for good: what you have for a time does not count.',
    help: 'The rule says who may: `holdfast access elevation-rules list`.',
  },
  elevation_requester: {
    status: 409,
    title: 'No longer eligible',
    detail: 'Whoever asked is disabled, gone, or no longer eligible for that.',
    help: 'Deny the request, or change the rule first.',
  },
  elevation_not_active: {
    status: 409,
    title: 'Nothing to end',
    detail: 'The request is {state}.',
    help: 'Only what was approved and is not over can be ended; cancel a request that is pending.',
  },
  elevation_glass_limit: {
    status: 429,
    title: 'Broken too often',
    detail: 'You broke the glass for this {times} time(s) in the last 24 hours, which is as often as the rule allows.',
    help: 'Ask for an elevation, or somebody else who may break it.',
  },
  elevation_no_review: {
    status: 409,
    title: 'Nothing to review',
    detail: 'This is no break-glass, or it was reviewed already.',
    help: 'What waits for a review is listed by `GET /api/v1/applications/APPLICATION/elevations?toReview=true`.',
  },
})
