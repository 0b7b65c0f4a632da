import { applicationLifecycle, defineEvents, either, httpActivity } from '@holdfast/events'

export const telemetryEvents = defineEvents({
  'http.request': httpActivity(
    either(['Get', 'Post', 'Put', 'Patch', 'Delete', 'Other'], ({ data }) => activities.get(data['method']) ?? 'Other'),
    'A request was answered by the control plane itself.',
    { outcomes: ['success', 'refused', 'failure'], written: 'requests, as `ledger.telemetry.httpActivity` says' },
  ),
  'telemetry.gap': applicationLifecycle(
    'Other',
    'High-volume events were lost; this says how many, of which kind and when.',
    {
      outcomes: ['failure'],
      severity: 'Medium',
      written: 'the buffer, when the way is free again',
    },
  ),
  'ledger.heartbeat': applicationLifecycle('Other', 'A process of the control plane is alive and can record.', {
    written: 'every process, every minute',
  }),
  'ledger.process_lost': applicationLifecycle('Stop', 'A process of the control plane ended without a last word.', {
    outcomes: ['failure'],
    severity: 'High',
    written: 'another process, or the next one',
  }),
  'ledger.stalled': applicationLifecycle('Stop', 'Events wait for their place in the log for too long.', {
    outcomes: ['failure'],
    severity: 'High',
    written: 'the watch over the sequencer',
  }),
  'ledger.resumed': applicationLifecycle('Start', 'Events get their place in the log again.', {
    written: 'the watch over the sequencer',
  }),
  'ledger.outage': applicationLifecycle('Stop', 'For a time nothing could be recorded, so changes were refused.', {
    outcomes: ['failure'],
    severity: 'High',
    written: 'the process that saw it, when it can record again',
  }),
  'disk.low': applicationLifecycle('Other', 'The disk of the embedded database is about to be full.', {
    outcomes: ['failure'],
    severity: 'High',
    written: 'the watch over the disk',
  }),
})

const activities: ReadonlyMap<unknown, 'Get' | 'Post' | 'Put' | 'Patch' | 'Delete'> = new Map([
  ['GET', 'Get'],
  ['POST', 'Post'],
  ['PUT', 'Put'],
  ['PATCH', 'Patch'],
  ['DELETE', 'Delete'],
] as const)
