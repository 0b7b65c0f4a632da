import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('edge', {
  edge_application_required: {
    status: 400,
    title: 'Application not named',
    detail: 'This service serves no application; name none as a gateway only.',
    help: 'Use the key of a service that is bound to an application, or of one in the group gateways.',
  },
  edge_events_foreign: {
    status: 403,
    title: 'Events of another application',
    detail: 'The batch holds events of the application {application}, which this service does not serve.',
    help: 'Ship only events of the application that the service is bound to.',
  },
})
