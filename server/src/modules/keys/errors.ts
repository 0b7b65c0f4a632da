import { defineErrors } from '../../platform/errors.ts'

export const keyErrors = defineErrors('keys', {
  key_missing: {
    status: 500,
    title: 'Key missing',
    detail: 'Something stored here was encrypted with a key that is not in the database.',
    help: 'The key table does not belong to this data: restore the backup of the key table that belongs to it.',
  },
})
