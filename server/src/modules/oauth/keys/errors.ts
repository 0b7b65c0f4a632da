import { defineErrors } from '../../../platform/errors.ts'

export const signingKeysErrors = defineErrors('oauth', {
  signing_key_too_young: {
    status: 409,
    title: 'Next signing key too young',
    detail:
      'The next key was published {age} seconds ago; whoever keeps the key set may not have seen it for another {seconds}.',
    help: 'Wait for that long: `holdfast identity signing-keys list` says when. Only a compromised key is replaced at once.',
  },
})
