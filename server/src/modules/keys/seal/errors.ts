import { defineErrors } from '../../../platform/errors.ts'

export const sealErrors = defineErrors('keys', {
  sealed: {
    status: 503,
    title: 'Sealed',
    detail: 'This server is sealed: it answers nothing until it was given what opens its keys.',
    help: 'Run `holdfast unseal` against this very replica, with the shares or the passphrase. docs/guide/seals.md tells more.',
  },
  seal_open: {
    status: 409,
    title: 'Not sealed',
    detail: 'This server is not sealed.',
    help: 'Nothing is to be done. With several replicas, ask the one that is sealed by its own address.',
  },
  seal_other_kind: {
    status: 422,
    title: 'Another kind of seal',
    detail: 'This server is sealed by {kind}, and is not opened by what was sent.',
    help: 'GET /api/v1/seal says what opens it.',
  },
  seal_share_malformed: {
    status: 422,
    title: 'Not a share',
    detail: 'This is no share, or it was not copied whole: its checksum does not fit.',
    help: 'A share begins with hfu_. Copy it again, all of it; blanks, dashes and capitals do not matter.',
  },
  seal_share_foreign: {
    status: 422,
    title: 'Share of another seal',
    detail: 'This share does not belong to the seal of this server.',
    help: 'It is from another installation, or from a seal that was changed since: look for the shares shown at the last change.',
  },
  seal_share_repeated: {
    status: 409,
    title: 'Share already given',
    detail: 'Share {number} was given already; another one is needed.',
    help: 'Give a share with another number.',
  },
  seal_passphrase_wrong: {
    status: 422,
    title: 'Wrong passphrase',
    detail: 'This passphrase does not open the seal of this server.',
    help: 'Type it again. It may have been changed since; then the one of the last change is needed.',
  },
  seal_busy: {
    status: 503,
    title: 'Busy',
    detail: 'Others are trying to open this server at this moment; try again shortly.',
    help: 'If it lasts, somebody floods this address: close it to all but operators, or give the passphrase as a file.',
  },
  seal_changed_meanwhile: {
    status: 409,
    title: 'Seal changed meanwhile',
    detail: 'Somebody else changed the seal at the same moment; nothing was done.',
    help: 'Look at `holdfast seal status`, and try again if it is still wanted.',
  },
  seal_file_unwritable: {
    status: 409,
    title: 'Key file cannot be written',
    detail: 'The seal key file {path} cannot be written; nothing was changed.',
    help: 'Put a key there yourself (`openssl rand -base64 32`, mode 0600), at every replica, and try again; or name another file in seal.keyFile.',
  },
  seal_no_change: {
    status: 404,
    title: 'No change to confirm',
    detail: 'There is no prepared change of the seal.',
    help: 'Prepare one first, with `holdfast seal change --to shamir`. A prepared change is forgotten after an hour.',
  },
  seal_shares_missing: {
    status: 422,
    title: 'Too few shares',
    detail: 'At least {threshold} different shares are needed.',
    help: 'Give that many of those that the preparation has shown; it proves that they were kept.',
  },
})
