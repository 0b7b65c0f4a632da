import { defineEvents, entityManagement } from '@holdfast/events'

const deliverer = { written: 'the deliverer of the sink' } as const

export const sinkEvents = defineEvents({
  'sink.created': entityManagement('Create', 'A sink was made: events leave to somewhere new.', { severity: 'Medium' }),
  'sink.changed': entityManagement('Update', 'A sink was changed.', { severity: 'Medium' }),
  'sink.deleted': entityManagement('Delete', 'A sink was removed: its events no longer leave.', { severity: 'Medium' }),
  'sink.paused': entityManagement('Suspend', 'A sink was paused.', { severity: 'Low' }),
  'sink.resumed': entityManagement('Resume', 'A sink that was paused or disabled delivers again.'),
  'sink.rewound': entityManagement('Update', 'A sink was set to another place of the log.', { severity: 'Medium' }),
  'sink.tested': entityManagement('Other', 'A test message was sent to a sink.'),
  'sink.secret_rotated': entityManagement('Update', 'A webhook was given a new signing secret.', { severity: 'Low' }),
  'sink.failed': entityManagement('Other', 'A sink has taken nothing for longer than it may.', {
    outcomes: ['failure'],
    severity: 'High',
    ...deliverer,
  }),
  'sink.recovered': entityManagement('Other', 'A sink that had failed takes events again.', deliverer),
  'sink.disabled': entityManagement('Disable', 'The receiver of a webhook said that it is gone for good.', {
    severity: 'High',
    ...deliverer,
  }),
  'sink.events_refused': entityManagement('Other', 'A receiver took a batch and rejected some of its events.', {
    outcomes: ['failure'],
    severity: 'Medium',
    ...deliverer,
  }),
})
