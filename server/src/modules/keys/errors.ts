import { defineErrors } from '../../platform/errors.ts'

export const keyErrors = defineErrors('keys', {
  key_missing: {
    status: 500,
    title: 'Key missing',
    detail: 'Something stored here was encrypted with a key that is not in the database.',
    help: 'The key table does not belong to this data: restore the backup of the key table that belongs to it.',
  },
  key_not_found: {
    status: 404,
    title: 'No such key',
    detail: 'There is no such key: {key}.',
    help: '`holdfast keys list` shows the keys that there are. A purpose has one from its first use on.',
  },
  key_not_replaceable: {
    status: 409,
    title: 'Key is not replaced',
    detail: 'The key of {purpose} makes blind indexes: with another one nothing that was indexed would be found.',
    help: 'It encrypts nothing, so no limit applies to it. It is wrapped anew with each key-encryption key.',
  },
  key_replaced_meanwhile: {
    status: 409,
    title: 'Key replaced meanwhile',
    detail: 'Somebody else replaced this key at the same moment.',
    help: 'Look at `holdfast keys list`, and try again if another new version is wanted.',
  },
  key_in_use: {
    status: 409,
    title: 'Key in use',
    detail: 'This version is what {purpose} is encrypted with at present.',
    help: 'Make a new version first: `holdfast keys rotate --purpose ...`.',
  },
  key_used_recently: {
    status: 409,
    title: 'Key used until a moment ago',
    detail: 'Other replicas may still be encrypting with this key; try again in {seconds} s.',
    help: 'A key that was replaced is used for a moment longer, by whoever holds it in memory.',
  },
  key_needed: {
    status: 409,
    title: 'Key needed',
    detail: 'The records of {purpose} are kept, and {values} values are encrypted with this key.',
    help: 'It can be destroyed when nothing is encrypted with it any more: retention prunes it in time.',
  },
  key_of_subject: {
    status: 409,
    title: 'Key of a person',
    detail: '{values} values of {subject} are encrypted with this version, which is not destroyed alone.',
    help: 'The keys of a person are destroyed together, once the account is gone: `holdfast keys destroy --person ...`.',
  },
  key_hits_more: {
    status: 409,
    title: 'More would be lost',
    detail: 'This destroys {values} values for good, and you acknowledged {acknowledged}.',
    help: 'Look again at what is hit, and acknowledge that number if you mean it.',
  },
})
