import { consentErrors } from './consent/errors.ts'

export const coreErrors = { ...consentErrors }
