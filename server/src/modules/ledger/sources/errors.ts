import { defineErrors } from '../../../platform/errors.ts'

export const sourceErrors = defineErrors('ledger', {
  event_application_foreign: {
    status: 403,
    title: 'Event of another application',
    detail: 'This service records events of the application {own}, and not of {application}.',
    help: 'Leave the application out, or use the key of a service that is bound to it.',
  },
  otlp_malformed: {
    status: 400,
    title: 'Not an OTLP request',
    detail: 'The body is no ExportLogsServiceRequest: {problem}.',
    help: 'Send logs as OTLP/HTTP does, in protocol buffers or JSON; see docs/guide/send-events.md.',
  },
})
