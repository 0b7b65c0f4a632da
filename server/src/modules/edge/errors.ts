import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('edge', {
  edge_application_required: {
    status: 400,
    title: 'Application not named',
    detail: 'This service serves no application; name none as a gateway only.',
    help: 'Use the key of a service that is bound to an application, or of one in the group gateways.',
  },
  edge_not_a_service: {
    status: 403,
    title: 'Services only',
    detail: 'Only a service (a gateway or an SDK) may do this.',
    help: 'Create a service with `holdfast services create`.',
  },
  exchange_refused: {
    status: 400,
    title: 'Hand-off not accepted',
    detail: 'The code is unknown, used, expired, or was issued for another application, address or verifier.',
    help: 'Start the sign-in again from the guarded host.',
  },
  edge_events_foreign: {
    status: 403,
    title: 'Events of another application',
    detail: 'The batch holds events of the application {application}, which this service does not serve.',
    help: 'Ship only events of the application that the service is bound to.',
  },
})
