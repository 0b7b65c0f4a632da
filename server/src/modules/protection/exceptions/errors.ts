import { defineErrors } from '../../../platform/errors.ts'

export const exceptionErrors = defineErrors('protection', {
  event_unknown: {
    status: 404,
    title: 'No such blocked request',
    detail: 'The application {application} has no blocked or reported request {event}.',
    help: 'List them with `holdfast protection blocked`.',
  },
  finding_unknown: {
    status: 404,
    title: 'No such finding',
    detail: 'The request {event} has no finding {finding}.',
    help: 'Findings are numbered from 0, as the request shows them.',
  },
  finding_not_exceptable: {
    status: 409,
    title: 'This cannot be excepted',
    detail: 'There is no exception for this finding: {why}',
    help: 'Change what sends such requests, or the settings of the inspection where this is what you want for all.',
  },
  exception_expired: {
    status: 422,
    title: 'The exception would have ended already',
    detail: 'The exception would end at {expiresAt}, which is over.',
    help: 'Name a time to come, or none.',
  },
  exception_unknown: {
    status: 404,
    title: 'No such exception',
    detail: 'The application {application} has no exception {exception}.',
    help: 'List them with `holdfast protection exceptions`.',
  },
  exceptions_too_many: {
    status: 409,
    title: 'Too many exceptions',
    detail: 'The application {application} has {most} exceptions, which is as many as there may be.',
    help: 'Remove those that have ended or that nobody needs.',
  },
})
