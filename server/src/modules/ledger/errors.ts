import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('ledger', {
  event_not_found: {
    status: 404,
    title: 'No such event',
    detail: 'There is no event {event} that you may see.',
    help: 'Check the id; events of another tenant are not shown.',
  },
  event_not_recorded: {
    status: 500,
    title: 'Event not recorded',
    detail: 'The event of this change could not be recorded, so the change was not made.',
    help: 'Look up the request id in the server log: it says which part of the event was not acceptable.',
  },
})
