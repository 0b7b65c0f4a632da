import { defineErrors } from '../../../platform/errors.ts'

export const logoutErrors = defineErrors('oauth', {
  logout_request_invalid: {
    status: 400,
    title: 'Sign-out request not accepted',
    detail: '{problem}.',
    help: 'See OpenID Connect RP-Initiated Logout 1.0, section 2: an id_token_hint of ours, and a post_logout_redirect_uri that is registered for its client.',
  },
})
