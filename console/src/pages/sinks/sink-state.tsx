import type { ReactElement } from 'react'
import type { Sink } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'

export function SinkState({ sink }: { sink: Sink }): ReactElement {
  if (sink.state === 'paused') return <Status tone="quiet">Paused</Status>
  if (sink.state === 'disabled') return <Status tone="bad">Disabled</Status>
  if (sink.failingSince !== null) return <Status tone="bad">Failing</Status>
  return <Status tone="good">Delivering</Status>
}

/** How far a sink is behind the log: how many events, and how old the oldest of them is. */
export function Behind({ sink: { behind } }: { sink: Sink }): ReactElement {
  if (behind.events === 0) return <span className="text-muted">nothing</span>
  return (
    <span className="whitespace-nowrap tabular-nums">
      {behind.more ? 'over ' : ''}
      {count(behind.events, 'event')}, {spanOf(behind.seconds)}
    </span>
  )
}

function spanOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

export const sinkKindNames = { otlp: 'OTLP', syslog: 'syslog', file: 'File', webhook: 'Webhook' } as const

/** Where a sink sends, in a few words. */
export function placeOf({ kind, settings }: Sink): string {
  if (kind === 'syslog')
    return `${String(settings['protocol'])}://${String(settings['host'])}:${String(settings['port'])}`
  return String(kind === 'file' ? settings['path'] : settings['url'])
}
