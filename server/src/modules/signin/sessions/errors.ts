import { defineErrors } from '../../../platform/errors.ts'

export const sessionErrors = defineErrors('signin', {
  session_unknown: {
    status: 404,
    title: 'No such session',
    detail: 'There is no live session with this id.',
    help: 'It may have ended already. List sessions with `GET /api/v1/sessions`, and your own with `GET /api/v1/me/sessions`.',
  },
  session_over: {
    status: 401,
    title: 'The sign-in is over',
    detail: 'This sign-in has ended. Sign in again.',
    help: 'It was ended by its holder, by an operator or by its limits; the event `session.ended`, `session.revoked` or `session.expired` says which.',
  },
  sessions_too_many: {
    status: 409,
    title: 'Too many sign-ins',
    detail: 'There are {most} sign-ins already, which is as many as there may be.',
    help: 'Sign out elsewhere, or let an operator end a session. Setting `signin.sessions.most`; with `signin.sessions.whenFull: evict-oldest` the oldest makes room.',
  },
  session_application_unknown: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application with this id.',
    help: 'List applications with `GET /api/v1/applications`.',
  },
  session_needed: {
    status: 403,
    title: 'For people only',
    detail: 'A service has no sessions.',
    help: 'Sign in as a person. Operators and services use `/api/v1/sessions`.',
  },
})
