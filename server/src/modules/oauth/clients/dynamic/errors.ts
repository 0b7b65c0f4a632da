import { defineErrors } from '../../../../platform/errors.ts'

export const registrationErrors = defineErrors('oauth', {
  registration_off: {
    status: 403,
    title: 'Registration is off',
    detail: 'Clients do not register themselves here.',
    help: 'Set oauth.clients.registration to true, or register the client yourself: POST /api/v1/applications.',
  },
  registration_token_invalid: {
    status: 401,
    title: 'Registration token not accepted',
    detail: 'The token does not hold: it is unknown, over, or used up.',
    help: 'An operator makes one with `holdfast identity clients registration-token APPLICATION`.',
  },
  registration_token_not_found: {
    status: 404,
    title: 'No such registration token',
    detail: 'The application has no such registration token.',
    help: 'It may be over, or used up: those are not listed.',
  },
})
