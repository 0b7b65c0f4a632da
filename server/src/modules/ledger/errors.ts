import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('ledger', {
  event_not_found: {
    status: 404,
    title: 'No such event',
    detail: 'There is no event {event} that you may see.',
    help: 'Check the id; events of another tenant are not shown.',
  },
  log_empty: {
    status: 404,
    title: 'No checkpoint yet',
    detail: 'The log has no checkpoint yet.',
    help: 'The first one is signed within a second of the first event.',
  },
  tile_not_found: {
    status: 404,
    title: 'No such tile',
    detail: 'The log has no tile {tile} in this form.',
    help: 'Ask for the tiles of the size that the checkpoint says; the width of a partial tile is part of its path.',
  },
  range_not_in_log: {
    status: 422,
    title: 'Not a range of the log',
    detail: 'The log has {size} entries under its newest checkpoint, so this range is not in it.',
    help: 'Entries count from 1; older sizes ascend and are smaller than the size. Ask for the checkpoint first.',
  },
  check_not_found: {
    status: 404,
    title: 'No such check',
    detail: 'There is no check {check} of the log.',
    help: 'POST /api/v1/ledger/fsck begins one and answers with its id.',
  },
  nothing_to_acknowledge: {
    status: 409,
    title: 'Nothing to acknowledge',
    detail: 'The log is the one that was anchored, as far as this process knows.',
    help: 'GET /api/v1/ledger/anchors says what each anchor says.',
  },
  event_not_placed: {
    status: 409,
    title: 'Not in the log yet',
    detail: 'The event {event} is recorded, and waits for its place under a checkpoint.',
    help: 'Ask again in a second.',
  },
  event_not_recorded: {
    status: 500,
    title: 'Event not recorded',
    detail: 'The event of this change could not be recorded, so the change was not made.',
    help: 'Look up the request id in the server log: it says which part of the event was not acceptable.',
  },
})
