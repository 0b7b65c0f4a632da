import { defineEvents, entityManagement } from '@holdfast/events'

export const shadowEvents = defineEvents({
  'candidate.started': entityManagement(
    'Create',
    'Candidate policies decide beside the live ones of an application, and change no answer.',
  ),
  'candidate.stopped': entityManagement('Delete', 'The candidate policies of an application were taken away.'),
  'candidate.promoted': entityManagement('Update', 'The candidate policies of an application became its live ones.', {
    severity: { success: 'Low' },
  }),
  'decision_log.changed': entityManagement('Update', "How much of an application's decisions is logged changed."),
})
