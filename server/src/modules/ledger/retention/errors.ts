import { defineErrors } from '../../../platform/errors.ts'

export const retentionErrors = defineErrors('ledger', {
  retention_out_of_bounds: {
    status: 422,
    title: 'Retention out of bounds',
    detail: 'Events are kept for {least} to {most} days here, and {days} is outside of that.',
    help: 'Choose another number of days, or have the bounds changed in the configuration (`ledger.retention`).',
  },
  retention_rule_not_found: {
    status: 404,
    title: 'No such rule',
    detail: 'There is no rule of retention for {target}.',
    help: 'List the rules; what has none is kept as long as the default says.',
  },
  hold_not_found: {
    status: 404,
    title: 'No such hold',
    detail: 'There is no legal hold {hold}.',
    help: 'List the holds.',
  },
  hold_released: {
    status: 409,
    title: 'Hold already released',
    detail: 'The legal hold {hold} was released before.',
    help: 'Nothing needs to be done.',
  },
  subject_not_person: {
    status: 422,
    title: 'Not a person',
    detail: 'Only what belongs to a Person is kept under a key of its own; {type} is none.',
    help: 'Ask for events/subjects/Person/ and the id of the person.',
  },
  subject_exists: {
    status: 409,
    title: 'Person still has an account',
    detail:
      'The person {person} still has an account, which the same key protects and whose use goes on being recorded.',
    help: 'Delete the person first, then erase them from the log.',
  },
  subject_held: {
    status: 409,
    title: 'Under legal hold',
    detail: 'Events of this person are under legal hold ({hold}), so nothing of them may be erased.',
    help: 'Ask whoever placed the hold. When it is released, ask for the erasure again.',
  },
  subject_busy: {
    status: 503,
    title: 'Events under way',
    detail: 'Events of this person are being given their place in the log; nothing was erased.',
    help: 'Try again in a few seconds. If it stays so, the sequencer does not keep up: see the control ledger.sequenced.',
  },
})
