import { defineErrors } from '../../../platform/errors.ts'

export const invitationErrors = defineErrors('signin', {
  invitation_unknown: {
    status: 404,
    title: 'No such invitation',
    detail: 'There is no open invitation with this id.',
    help: 'It may have been accepted or revoked. List them with `GET /api/v1/invitations`.',
  },
  invitation_exists: {
    status: 409,
    title: 'Invited already',
    detail: 'There is an open invitation for this address already.',
    help: 'Send it again with `POST /api/v1/invitations/:id/resend`, or revoke it first.',
  },
  invitation_invalid: {
    status: 410,
    title: 'The invitation does not hold',
    detail: 'The invitation was accepted or revoked already, has expired, or whoever sent it may not give it any more.',
    help: 'Ask for another one. The event names the reason.',
  },
})
