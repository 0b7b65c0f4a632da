import { defineErrors } from '../../../platform/errors.ts'

const again = 'Start again at the sign-in page. The event names the reason.'

export const federationErrors = defineErrors('signin', {
  connection_unknown: {
    status: 404,
    title: 'No such connection',
    detail: 'There is no connection `{connection}`.',
    help: 'List them with `GET /api/v1/connections`.',
  },
  connection_exists: {
    status: 409,
    title: 'Connection exists',
    detail: 'There is a connection `{connection}` already.',
    help: 'Change it with `PATCH /api/v1/connections/:id`, or choose another id.',
  },
  connection_invalid: {
    status: 422,
    title: 'Connection not usable',
    detail: '{problem}.',
    help: 'Compare it with docs/guide/federation.md, which has an example for every preset.',
  },
  upstream_visit_invalid: {
    status: 400,
    title: 'Sign-in cannot continue',
    detail:
      'This answer belongs to no sign-in that this browser has under way. It may have taken too long, or was used already.',
    help: again,
  },
  upstream_failed: {
    status: 502,
    title: 'The provider did not confirm the sign-in',
    detail: '{name} did not confirm the sign-in, or said something that does not hold.',
    help: 'Try again. When it stays so, an operator looks at the event, and at the connection with `POST /api/v1/connections/:id/test`.',
  },
  upstream_denied: {
    status: 403,
    title: 'Sign-in was cancelled',
    detail: 'The sign-in at {name} was cancelled or refused there.',
    help: again,
  },
  upstream_unknown: {
    status: 403,
    title: 'Not connected yet',
    detail: 'This account of {name} is not connected to an account here.',
    help: 'Sign in as you usually do, then it is connected; or ask for an invitation.',
  },
  upstream_taken: {
    status: 409,
    title: 'Connected already',
    detail: 'This account of {name} is connected to another account already.',
    help: 'Disconnect it there first, or use another account.',
  },
  upstream_offer_invalid: {
    status: 400,
    title: 'Nothing to connect',
    detail: 'There is nothing to connect, or it has taken too long.',
    help: again,
  },
  identity_unknown: {
    status: 404,
    title: 'Not connected',
    detail: 'There is no such connected account.',
    help: 'List them with `GET /api/v1/people/:id/identities`.',
  },
  last_way_in: {
    status: 409,
    title: 'The last way to sign in',
    detail: 'This is the only way in which this person can sign in.',
    help: 'Set a password or enrol a passkey first.',
  },
})
