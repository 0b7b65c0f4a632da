import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { sinks } from '../../api/sinks.ts'
import type { Sink, SinkChange } from '../../api/types.ts'
import { draftOf, isWhole, secretsOf, settingsOf } from '../../lib/sink-fields.ts'
import { draftOfFilter, filterOfDraft } from '../../lib/sink-filter.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { FilterFields } from './filter-fields.tsx'
import { SinkFields } from './sink-fields.tsx'

/** Changes where a sink sends, what, and after how long its silence is an event. Its name and kind stay. */
export function EditSink({ sink, onClose }: { sink: Sink; onClose: () => void }): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(sink.kind, sink.settings))
  const [filter, setFilter] = useState(() => draftOfFilter(sink.filter))
  const [silence, setSilence] = useState(String(sink.failedAfterSeconds))
  const save = useAct(
    async () => {
      const secrets = secretsOf(sink.kind, draft)
      const change: SinkChange = {
        settings: settingsOf(sink.kind, draft),
        ...(secrets === undefined ? {} : { secrets }),
        filter: filterOfDraft(filter),
        failedAfterSeconds: Number(silence),
      }
      return await sinks.change(sink.id, change)
    },
    { done: () => `${sink.name} changed`, refresh: [['sinks']], after: onClose },
  )
  return (
    <FormPanel
      title={`Edit ${sink.name}`}
      submit="Save"
      act={save}
      ready={isWhole(sink.kind, draft) && /^\d+$/u.test(silence.trim())}
      onClose={onClose}
    >
      <SinkFields kind={sink.kind} draft={draft} onChange={setDraft} error={save.error} kept />
      <FilterFields draft={filter} onChange={setFilter} error={save.error} />
      <Field
        label="An event after so many seconds without delivery"
        error={fieldError(save.error, 'failedAfterSeconds')}
      >
        <Input value={silence} onChange={setSilence} inputMode="numeric" className="w-32!" />
      </Field>
    </FormPanel>
  )
}
