import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { sinks } from '../../api/sinks.ts'
import type { Sink } from '../../api/types.ts'
import { sinkFields } from '../../lib/sink-fields.ts'
import { describeSinkFilter } from '../../lib/sink-filter.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { EditSink } from './edit-sink.tsx'
import { Behind, SinkState, sinkKindNames } from './sink-state.tsx'
import { RemoveSink, RewindSink, RotateSecret } from './steer-sink.tsx'

interface SinkPanelProps {
  readonly sink: Sink
  readonly onClose: () => void
}

export function SinkPanel({ sink, onClose }: SinkPanelProps): ReactElement {
  const [editing, setEditing] = useState(false)
  if (editing) return <EditSink sink={sink} onClose={() => setEditing(false)} />
  return (
    <DetailPanel title={sink.name} subtitle={<SinkState sink={sink} />} onClose={onClose}>
      <PanelBody>
        {sink.lastError === null || (sink.failingSince === null && sink.state !== 'disabled') ? null : (
          <Notice tone="bad">
            <span className="wrap-anywhere">{sink.lastError}</span>
            {sink.nextAttemptAt === null ? null : (
              <span className="block text-xs text-muted">
                {`${count(sink.failures, 'failure')} in a row; tried again `}
                <RelativeTime at={sink.nextAttemptAt} />
              </span>
            )}
          </Notice>
        )}
        <Facts
          items={[
            ['Kind', sinkKindNames[sink.kind]],
            ['Behind', <Behind key="behind" sink={sink} />],
            ['Delivered', count(sink.delivered, 'event')],
            ['Place', `${sink.cursor.toLocaleString('en-GB')} of ${sink.head.toLocaleString('en-GB')}`],
            ['Last delivered', <RelativeTime key="last" at={sink.lastDeliveredAt} />],
            ...(sink.failingSince === null
              ? []
              : [['Failing since', <RelativeTime key="failing" at={sink.failingSince} />] as const]),
            ['Sent again', sink.repeated.toLocaleString('en-GB')],
            ['Rejected', sink.refused.toLocaleString('en-GB')],
            ['For', describeSinkFilter(sink.filter)],
            ['An event after', `${sink.failedAfterSeconds} s without delivery`],
            ['Id', <CopyId key="id" id={sink.id} />],
          ]}
        />
        <Steer sink={sink} onEdit={() => setEditing(true)} />
      </PanelBody>
      <Section title="Settings">
        <Facts items={settingsShown(sink)} />
      </Section>
      {sink.kind === 'webhook' ? (
        <Section title="Signing secret">
          <RotateSecret sink={sink} />
        </Section>
      ) : null}
      <Section title="Place in the log">
        <RewindSink key={sink.cursor === 0 ? 'begin' : 'on'} sink={sink} />
      </Section>
      <Section title="Remove">
        <RemoveSink sink={sink} onRemoved={onClose} />
      </Section>
    </DetailPanel>
  )
}

function Steer({ sink, onEdit }: { sink: Sink; onEdit: () => void }): ReactElement {
  const queries = useQueryClient()
  const toast = useToast()
  const refresh = async () => await queries.invalidateQueries({ queryKey: ['sinks'] })
  const test = useMutation({ mutationFn: async () => await sinks.test(sink.id), onSettled: refresh })
  const steer = useMutation({
    mutationFn: async (act: 'pause' | 'resume') => await sinks[act](sink.id),
    onSuccess: async (_, act) => {
      toast(`${sink.name} ${act === 'pause' ? 'paused' : 'resumed'}`)
      await refresh()
    },
  })
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button busy={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        {sink.state === 'active' ? (
          <Button icon="pause" busy={steer.isPending} onClick={() => steer.mutate('pause')}>
            Pause
          </Button>
        ) : (
          <Button icon="play" busy={steer.isPending} onClick={() => steer.mutate('resume')}>
            Resume
          </Button>
        )}
        <Button onClick={onEdit}>Edit</Button>
      </div>
      <div role="status" className="empty:hidden">
        {test.data === undefined ? null : test.data.ok ? (
          <Notice>{`The test message arrived, in ${test.data.milliseconds.toLocaleString('en-GB')} ms.`}</Notice>
        ) : (
          <Notice tone="bad">
            <span className="wrap-anywhere">{`The test message did not arrive: ${test.data.error ?? 'no reason was given'}`}</span>
          </Notice>
        )}
      </div>
      <ErrorNote error={test.error ?? steer.error} />
    </div>
  )
}

function settingsShown({ kind, settings }: Sink): readonly (readonly [string, ReactElement | string])[] {
  return sinkFields[kind]
    .filter(({ name, secret }) => secret !== true && settings[name] !== undefined)
    .map(({ name, label, type }) => [label, type === 'pem' ? 'set' : text(settings[name])])
}

function text(value: unknown): ReactElement | string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? value.toLocaleString('en-GB') : <span className="break-all">{String(value)}</span>
}
