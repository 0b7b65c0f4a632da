import { defineErrors } from '../../../platform/errors.ts'

export const recoveryErrors = defineErrors('signin', {
  mailed_link_invalid: {
    status: 410,
    title: 'The link does not hold',
    detail: 'The link was used already, has expired, or was replaced by a newer one.',
    help: 'Ask for a new one. Links work once; those to recover an account for 30 minutes.',
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
