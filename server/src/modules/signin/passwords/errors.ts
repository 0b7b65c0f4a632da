import { defineErrors } from '../../../platform/errors.ts'

export const passwordErrors = defineErrors('signin', {
  password_weak: {
    status: 422,
    title: 'Password too weak',
    detail: 'This password is not taken: {reason}.',
    help: 'Use 15 characters or more that nobody can derive: a generated password, or several words without a pattern. `reason` of the answer is one of too_short, too_long, repeats, sequence, personal, common, breached, same.',
  },
  password_hash_refused: {
    status: 422,
    title: 'Password hash not taken',
    detail: 'This password hash is not taken: {reason}.',
    help: 'Send a PHC string of argon2, scrypt, PBKDF2 or Firebase scrypt, a bcrypt hash, or what Django, Werkzeug or ASP.NET keep. `reason` of the answer is unknown, malformed or too_costly.',
  },
  import_malformed: {
    status: 422,
    title: 'Import not readable',
    detail: 'Line {line} is no person with a password hash: {problem}.',
    help: 'Each line is one JSON object with `email` (or `id`) and `passwordHash`; `name` and `groups` where people are to be added.',
  },
  import_too_long: {
    status: 413,
    title: 'Too many at once',
    detail: 'One import takes {most} people at most.',
    help: 'Send the rest in further requests, as `holdfast identity passwords import` does.',
  },
  current_password_required: {
    status: 422,
    title: 'Current password needed',
    detail: 'To change your own password, send the current one as `current` as well.',
    help: 'Add `current` to the body, or sign in again with a passkey or a second factor: for five minutes that suffices. Whoever finds an open session must not be able to take the account over.',
  },
  current_password_wrong: {
    status: 422,
    title: 'Current password not right',
    detail: 'The current password is not right.',
    help: 'Try again, or let an operator set a new password.',
  },
})
