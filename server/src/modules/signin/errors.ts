import { defineErrors } from '../../platform/errors.ts'

export const signinErrors = defineErrors('signin', {
  sign_in_refused: {
    status: 401,
    title: 'Not signed in',
    detail: 'The e-mail address or the password is not right.',
    help: 'Try again; an operator can set a new password. The event names the real reason.',
  },
  sign_in_throttled: {
    status: 429,
    title: 'Too many attempts',
    detail: 'Too many attempts to sign in. Try again in {seconds} s.',
    help: 'Wait; the wait doubles with every further attempt, up to 15 minutes, and is forgotten after an hour.',
  },
  signin_busy: {
    status: 503,
    title: 'Busy',
    detail: 'Too many sign-ins at the same time. Try again shortly.',
    help: 'Passwords are hashed a few at a time. If this lasts, give the control plane more cores or look for an attack.',
  },
  handoff_invalid: {
    status: 400,
    title: 'Sign-in cannot continue',
    detail: 'The address to return to does not belong to a registered application.',
    help: "Register the host with the application (`PATCH /api/v1/applications/:app`), or start again from the application's page.",
  },
  handoff_code_invalid: {
    status: 400,
    title: 'Code not accepted',
    detail: 'The code is unknown, used, too old, or was issued for another place.',
    help: 'Start the sign-in again. A code is used once, within a minute, by the edge that began the sign-in.',
  },
  setup_link_invalid: {
    status: 410,
    title: 'The set-up link is not valid',
    detail: 'The link was used already, or has expired.',
    help: 'Sign in if an operator exists. Otherwise delete bootstrap.json in the data directory and start Holdfast again: it issues a new link.',
  },
  email_invalid: {
    status: 422,
    title: 'Not an e-mail address',
    detail: 'Enter an e-mail address, as name@example.org.',
    help: 'Check for missing or additional characters.',
  },
  name_invalid: {
    status: 422,
    title: 'Not a name',
    detail: 'Enter a name of 1 to 200 characters.',
    help: 'Any name will do; it is shown in the console.',
  },
})
