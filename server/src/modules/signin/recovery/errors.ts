import { defineErrors } from '../../../platform/errors.ts'

export const recoveryErrors = defineErrors('signin', {
  mailed_link_invalid: {
    status: 410,
    title: 'The link does not hold',
    detail: 'The link was used already, has expired, or was replaced by a newer one.',
    help: 'Ask for a new one. Links work once; those to recover an account for 30 minutes.',
  },
  person_disabled: {
    status: 409,
    title: 'Shut out',
    detail: 'The person is disabled: a new password would not let them in.',
    help: 'Let them in again first: `PATCH /api/v1/people/:id {"state": "active"}`.',
  },
  password_not_ones_own: {
    status: 403,
    title: 'Not your password',
    detail: 'Nobody sets the password of somebody else.',
    help: 'Have them mailed a link to choose one: `POST /api/v1/people/:id/password-reset`, `holdfast people reset-password`.',
  },
  email_verified_already: {
    status: 409,
    title: 'Verified already',
    detail: 'The address was shown to be theirs already.',
    help: 'Nothing is to be done.',
  },
  passwords_differ: {
    status: 422,
    title: 'Not the same',
    detail: 'The two passwords are not the same.',
    help: 'Enter the new password twice.',
  },
})
