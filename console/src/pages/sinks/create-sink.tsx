import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { sinks } from '../../api/sinks.ts'
import type { NewSink, SinkKind } from '../../api/types.ts'
import { draftOf, isWhole, secretsOf, settingsOf } from '../../lib/sink-fields.ts'
import { draftOfFilter, filterOfDraft } from '../../lib/sink-filter.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useToast } from '../../ui/toast.tsx'
import { FilterFields } from './filter-fields.tsx'
import { SinkFields } from './sink-fields.tsx'

interface CreateSinkProps {
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

export function CreateSink({ onClose, onOpen }: CreateSinkProps): ReactElement {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<SinkKind>('otlp')
  const [draft, setDraft] = useState(() => draftOf('otlp'))
  const [filter, setFilter] = useState(() => draftOfFilter({}))
  const [from, setFrom] = useState<'end' | 'start'>('end')
  const queries = useQueryClient()
  const toast = useToast()
  const create = useMutation({
    mutationFn: async () => {
      const secrets = secretsOf(kind, draft)
      // The form of the settings is checked by the server, which names each field that does not fit.
      const sink = {
        name: name.trim(),
        kind,
        settings: settingsOf(kind, draft),
        ...(secrets === undefined ? {} : { secrets }),
        filter: filterOfDraft(filter),
        from,
      } as unknown as NewSink
      return await sinks.create(sink)
    },
    onSuccess: async ({ sink, secret }) => {
      toast(`${sink.name} added`)
      await queries.invalidateQueries({ queryKey: ['sinks'] })
      if (secret === null) onOpen(sink.id)
    },
  })

  if (create.data?.secret !== null && create.data?.secret !== undefined) {
    const { sink, secret } = create.data
    return (
      <DetailPanel title={sink.name} subtitle="Webhook added" onClose={onClose}>
        <PanelBody>
          <SecretOnce
            secret={secret}
            label="Copy secret"
            what="The receiver checks by this secret that messages come from here (Standard Webhooks). It is shown now and never again."
          />
          <div>
            <Button onClick={() => onOpen(sink.id)}>I have copied it</Button>
          </div>
        </PanelBody>
      </DetailPanel>
    )
  }
  return (
    <FormPanel title="Add way out" act={create} ready={name.trim() !== '' && isWhole(kind, draft)} onClose={onClose}>
      <Field
        label="Name"
        hint="Lower-case letters, digits and dashes: siem, audit-files."
        error={fieldError(create.error, 'name')}
      >
        <Input value={name} onChange={setName} autoFocus required spellCheck={false} />
      </Field>
      <SelectField
        label="Kind"
        value={kind}
        onChange={(next) => {
          setKind(next)
          setDraft(draftOf(next))
        }}
        options={[
          { value: 'otlp', label: 'OTLP: an OpenTelemetry collector' },
          { value: 'syslog', label: 'syslog: RFC 5424 over TLS, TCP or UDP' },
          { value: 'file', label: 'File: NDJSON, with rotation' },
          { value: 'webhook', label: 'Webhook: signed messages' },
        ]}
      />
      <SinkFields kind={kind} draft={draft} onChange={setDraft} error={create.error} />
      <FilterFields draft={filter} onChange={setFilter} error={create.error} />
      <SelectField
        label="Begin"
        value={from}
        onChange={setFrom}
        options={[
          { value: 'end', label: 'with what comes from now on' },
          { value: 'start', label: 'with the oldest event that is kept' },
        ]}
      />
    </FormPanel>
  )
}
