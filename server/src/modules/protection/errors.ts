import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('protection', {
  protection_application_unknown: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application {application}.',
    help: 'List the applications with `holdfast applications list`.',
  },
  protection_changed: {
    status: 409,
    title: 'Somebody else changed the protection',
    detail: 'The protection of {application} is at version {version}, not {expected}.',
    help: 'Read it again, make your change to what is there now, and send its version.',
  },
  budget_unknown: {
    status: 404,
    title: 'No such budget',
    detail: 'The application {application} has no limit {rule} that gateways share.',
    help: 'The gateway acts by an older bundle; it will have the new one in a moment.',
  },
})
