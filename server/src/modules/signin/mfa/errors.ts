import { defineErrors } from '../../../platform/errors.ts'

export const mfaErrors = defineErrors('signin', {
  code_refused: {
    status: 401,
    title: 'Code not right',
    detail: 'This code is not right, or was used already.',
    help: 'Wait for the next code of your authenticator app; check that the clock of the phone is right. A recovery code works once.',
  },
  passkey_refused: {
    status: 401,
    title: 'Passkey not accepted',
    detail: 'This passkey is not accepted here.',
    help: 'Try another passkey, or sign in with your password. The event names the real reason.',
  },
  passkey_invalid: {
    status: 422,
    title: 'Passkey not registered',
    detail: 'The passkey was not registered: {reason}.',
    help: 'Begin again; a registration holds for five minutes and once. Use an authenticator that asks for a PIN, a finger or a face.',
  },
  passkeys_unavailable: {
    status: 409,
    title: 'No passkeys at this address',
    detail: 'Browsers allow passkeys only over https, or at localhost.',
    help: 'Serve Holdfast over https under a host name, and set `publicUrl` to it; `holdfast doctor` says what is missing.',
  },
  enrolment_unknown: {
    status: 404,
    title: 'Enrolment not begun',
    detail: 'This enrolment is unknown, complete or too old.',
    help: 'Begin again: an enrolment must be confirmed within 15 minutes.',
  },
  proof_not_accepted: {
    status: 422,
    title: 'Not how people are recognised here',
    detail: 'Here nobody is recognised by `{method}`.',
    help: 'Recognise the person by one of the methods that the setting `signin.mfa.proofs` names: {accepted}.',
  },
  factor_unknown: {
    status: 404,
    title: 'No such factor',
    detail: 'This person has no such factor.',
    help: 'List them with `GET /api/v1/people/:id/factors`.',
  },
  factor_demanded: {
    status: 409,
    title: 'Factor still needed',
    detail: 'This is the last factor that fulfils what is demanded of you ({acr}).',
    help: 'Enrol another one first. An operator can reset all factors of a person.',
  },
  factor_limit: {
    status: 409,
    title: 'Too many factors',
    detail: 'A person can have {most} passkeys at most.',
    help: 'Remove those that are not used any more.',
  },
  not_ones_own: {
    status: 403,
    title: 'Only for oneself',
    detail: 'Factors are enrolled by their person, in a session of theirs.',
    help: 'An operator can reset the factors of a person: `DELETE /api/v1/people/:id/factors`. They enrol anew at their next sign-in.',
  },
  ones_own: {
    status: 409,
    title: 'Not for oneself',
    detail: 'Your own factors are removed one by one, not reset.',
    help: 'Use `DELETE /api/v1/people/:id/factors/:factor`. Whoever has lost all of theirs asks another operator.',
  },
})
