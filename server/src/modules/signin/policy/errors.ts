import { defineErrors } from '../../../platform/errors.ts'

export const policyErrors = defineErrors('signin', {
  passwords_off: {
    status: 403,
    title: 'No passwords here',
    detail: 'Passwords are not used here. Sign in with a passkey, or with an account elsewhere.',
    help: 'The sign-in policy of the tenant (`GET /api/v1/sign-in-policy`) says `passwords: false`.',
  },
  sign_in_locks_out: {
    status: 409,
    title: 'Nobody could sign in',
    detail: 'Without passwords no operator of this tenant could sign in.',
    help: 'Let an operator register a passkey, or sign in by a connection, before passwords are turned off.',
  },
})
