import { defineErrors } from '../../../platform/errors.ts'

export const sinkErrors = defineErrors('ledger', {
  sink_not_found: {
    status: 404,
    title: 'No such sink',
    detail: 'There is no sink {sink}.',
    help: 'List the sinks: holdfast log sinks list.',
  },
  sink_name_taken: {
    status: 409,
    title: 'Name taken',
    detail: 'There is a sink {name} already.',
    help: 'Choose another name, or change the sink that there is.',
  },
  sinks_too_many: {
    status: 409,
    title: 'Too many sinks',
    detail: 'There are {most} sinks, which is as many as there may be.',
    help: 'Remove one that is no longer used, or let a collector hand the events on.',
  },
  sink_directory_missing: {
    status: 422,
    title: 'No directory for files',
    detail: 'Sinks of the kind file need the setting ledger.sinks.directory.',
    help: 'Set ledger.sinks.directory to a folder that only the server may write to, and start again.',
  },
  sink_address_refused: {
    status: 422,
    title: 'Address not allowed',
    detail: 'Sinks may not send to {host}: {reason}.',
    help: 'Name a public address; for a collector in your own network set ledger.sinks.allowPrivate.',
  },
  sink_settings_invalid: {
    status: 422,
    title: 'Settings that do not fit together',
    detail: '{problem}.',
    help: 'Compare the settings with docs/guide/export-events.md.',
  },
  sink_not_webhook: {
    status: 422,
    title: 'Nothing to rotate',
    detail: 'The sink {sink} signs nothing: only webhooks have signing secrets.',
    help: 'For the secrets of other kinds change the sink.',
  },
  sink_place_beyond: {
    status: 422,
    title: 'Beyond the end of the log',
    detail: 'The log ends at {head}; a sink cannot be set to {seq}.',
    help: 'Name a place from 0 to the end of the log: what lies above it is delivered next.',
  },
})
