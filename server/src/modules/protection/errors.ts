import { defineErrors } from '../../platform/errors.ts'
import { exceptionErrors } from './exceptions/errors.ts'
import { learnedErrors } from './learned/errors.ts'

export const errors = {
  ...exceptionErrors,
  ...learnedErrors,
  ...defineErrors('protection', {
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
    protection_document_invalid: {
      status: 422,
      title: 'The document of the API cannot be used',
      detail: 'The document cannot be used: {problem}.',
      help: 'Send an OpenAPI document (3.0 or 3.1) whose references stay within it; docs/guide/inspection.md says what is known.',
    },
    path_unreadable: {
      status: 422,
      title: 'The path has more than one reading',
      detail: 'A gateway would refuse {path}, or take it for no route.',
      help: 'Write the path in its normal form, without dot segments, encoded separators or `;`.',
    },
    budget_unknown: {
      status: 404,
      title: 'No such budget',
      detail: 'The application {application} has no limit {rule} that gateways share.',
      help: 'The gateway acts by an older bundle; it will have the new one in a moment.',
    },
  }),
}
