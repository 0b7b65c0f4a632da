import { defineEvents, entityManagement } from '@holdfast/events'
import { exceptionEvents } from './exceptions/events.ts'
import { learnedEvents } from './learned/events.ts'

export const events = {
  ...exceptionEvents,
  ...learnedEvents,
  ...defineEvents({
    'protection.changed': entityManagement(
      'Update',
      'What the gateways of an application refuse, limit and add was changed; `data.before` and `data.after` are the parts that differ.',
      { severity: 'High' },
    ),
    'csp_reports.cleared': entityManagement('Delete', 'The reports of browsers on an application were thrown away.'),
  }),
}
