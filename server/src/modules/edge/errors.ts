import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('edge', {
  edge_application_required: {
    status: 400,
    title: 'Application not named',
    detail: 'This service serves no application; name none as a gateway only.',
    help: 'Use the key of a service that is bound to an application, or of one in the group gateways.',
  },
  edge_ahead: {
    status: 409,
    title: 'The edge holds more than there is',
    detail:
      'The edge holds epoch {held}, and the newest of this database is {newest}: it was set back to an older backup.',
    help: 'Restart the gateway or the application. Until then it refuses everything, since it takes over nothing older than it holds.',
  },
  edge_left: {
    status: 409,
    title: 'The edge has left',
    detail: 'This process said that it ends, or was not seen for a day.',
    help: 'Start a new process, which comes under an id of its own.',
  },
  edge_application_unknown: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application {application}.',
    help: '`holdfast applications list` names them.',
  },
  epoch_unknown: {
    status: 422,
    title: 'No change has this epoch',
    detail: 'Epoch {epoch} was demanded, and the newest is {newest}.',
    help: 'Use the number of the header Holdfast-Epoch with which the change was answered, at the same installation.',
  },
  edge_events_foreign: {
    status: 403,
    title: 'Events of another application',
    detail: 'The batch holds events of the application {application}, which this service does not serve.',
    help: 'Ship only events of the application that the service is bound to.',
  },
})
