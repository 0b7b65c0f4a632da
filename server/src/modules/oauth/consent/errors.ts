import { defineErrors } from '../../../platform/errors.ts'

export const consentErrors = defineErrors('oauth', {
  consent_over: {
    status: 400,
    title: 'Nothing waits for this',
    detail: 'This request has waited for too long, was answered already, or was begun in another browser.',
    help: 'Begin again at the application. The answer must come from the browser in which it was begun, with its cookies.',
  },
  consent_unknown: {
    status: 404,
    title: 'No such consent',
    detail: 'You have allowed this client nothing that could be taken back.',
    help: 'List what you have allowed with `GET /api/v1/me/consents`.',
  },
})
