import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useDeferredValue, useState } from 'react'
import { protection } from '../../../api/protection.ts'
import type { InspectionSettings } from '../../../api/types.ts'
import { parseObject } from '../../../lib/json.ts'
import { count } from '../../../lib/words.ts'
import { Status } from '../../../ui/badge.tsx'
import { Button, TextButton } from '../../../ui/button.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { ConfirmInline } from '../../../ui/confirm-inline.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { JsonEditor } from '../../../ui/json-editor.tsx'
import { OpenFile } from '../../../ui/open-file.tsx'
import type { PartProps } from './draft.ts'

type Document = NonNullable<InspectionSettings['document']>

/** What the API is like, as its own document says: what is not in it can be refused, and what it proves need not be inspected. */
export function DocumentPart({ draft }: PartProps): ReactElement {
  const { settings, change, disabled, app } = draft
  const { inspection } = settings
  const [editing, setEditing] = useState<string | null>(null)
  const set = (patch: Partial<InspectionSettings>) => change('inspection', { ...inspection, ...patch })
  return (
    <>
      {editing !== null ? (
        <EditDocument
          app={app}
          unknown={inspection.unknown}
          first={editing}
          onTake={(document) => {
            set({ document })
            setEditing(null)
          }}
          onCancel={() => setEditing(null)}
        />
      ) : inspection.document === null ? (
        <NoDocument disabled={disabled} onText={setEditing} />
      ) : (
        <DocumentFacts
          app={app}
          document={inspection.document}
          unknown={inspection.unknown}
          disabled={disabled}
          onText={setEditing}
          onRemove={() => set({ document: null })}
        />
      )}
      <Choice
        label="Paths, methods, parameters and fields that the document does not name"
        value={inspection.unknown}
        onChange={(unknown) => set({ unknown })}
        disabled={disabled}
        options={[
          { value: 'refuse', label: 'Refuse', says: 'Only what is described reaches the application.' },
          {
            value: 'report',
            label: 'Report only',
            says: 'They pass as free text where no attack is found; an event tells.',
          },
          { value: 'inspect', label: 'Inspect', says: 'The same, and nothing is told.' },
        ]}
      />
    </>
  )
}

interface NoDocumentProps {
  readonly disabled: boolean
  readonly onText: (text: string) => void
}

function NoDocument({ disabled, onText }: NoDocumentProps): ReactElement {
  return (
    <section aria-label="Document of the API" className="rounded-md border border-line bg-surface">
      <EmptyState title="No document of the API">
        <p>
          Without one everything is free text: all detectors read all values. With the OpenAPI document (3.0 or 3.1, as
          JSON, up to 384 KiB) what it does not describe is refused, and numbers, dates, ids and the like are proven by
          their schema and need no inspection: fewer false alarms, and less work.
        </p>
        {disabled ? null : (
          <div className="mt-3 flex flex-wrap gap-2">
            <OpenFile label="Open a file" accept=".json,application/json" onText={onText} />
            <Button onClick={() => onText('')}>Paste it</Button>
          </div>
        )}
      </EmptyState>
    </section>
  )
}

interface DocumentFactsProps extends NoDocumentProps {
  readonly app: string
  readonly document: Document
  readonly unknown: string
  readonly onRemove: () => void
}

function useChecked(app: string, document: Document | null, unknown: string) {
  const key = useDeferredValue(document)
  return useQuery({
    queryKey: ['protection', app, 'check', unknown, key],
    queryFn: async () => await protection.check(app, key ?? {}, unknown),
    enabled: key !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    placeholderData: (previous) => previous,
  })
}

function DocumentFacts({ app, document, unknown, disabled, onText, onRemove }: DocumentFactsProps): ReactElement {
  const checked = useChecked(app, document, unknown)
  const { openapi, info } = document as {
    readonly openapi?: unknown
    readonly info?: { readonly title?: unknown; readonly version?: unknown } | null
  }
  const text = JSON.stringify(document, null, 2)
  const { data } = checked
  return (
    <section
      aria-label="Document of the API"
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4"
    >
      <Facts
        items={[
          ['Title', word(info?.title)],
          ['Version', word(info?.version)],
          ['Written in', `OpenAPI ${word(openapi)}, ${Math.ceil(text.length / 1024)} KiB`],
          [
            'Compiles',
            data === undefined ? (
              <span className="text-muted">{checked.error === null ? 'being checked' : 'not known'}</span>
            ) : data.errors.length > 0 ? (
              <Status tone="bad">{count(data.errors.length, 'mistake')}</Status>
            ) : (
              <Status tone="good">
                {count(data.operations.length, 'operation')}
                {data.warnings.length === 0 ? '' : `, ${count(data.warnings.length, 'warning')}`}
              </Status>
            ),
          ],
        ]}
      />
      {data === undefined || data.operations.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-xs text-muted">Operations</summary>
          <ul className="mt-2 max-h-60 overflow-y-auto font-mono text-xs leading-5">
            {data.operations.map((operation) => (
              <li key={operation}>{operation}</li>
            ))}
          </ul>
        </details>
      )}
      <ErrorNote error={checked.error} />
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onText(text)}>{disabled ? 'Show' : 'Edit'}</Button>
        {disabled ? null : (
          <>
            <OpenFile label="Replace by a file" accept=".json,application/json" onText={onText} />
            <ConfirmInline
              label="Take it away"
              consequence="Without the document all that the detectors let through reaches the application, whatever its path and fields. It is gone once you save."
              confirm="Take it away"
              onConfirm={onRemove}
            />
          </>
        )}
      </div>
    </section>
  )
}

interface EditDocumentProps {
  readonly app: string
  readonly unknown: string
  readonly first: string
  readonly onTake: (document: Document) => void
  readonly onCancel: () => void
}

function EditDocument({ app, unknown, first, onTake, onCancel }: EditDocumentProps): ReactElement {
  const [text, setText] = useState(first)
  const parsed = parseObject(text)
  const document = parsed.ok && text.trim() !== '' ? parsed.value : null
  const checked = useChecked(app, document, unknown)
  const { data } = checked
  const problems =
    data === undefined || document === null
      ? []
      : [
          ...data.errors.map((each) => ({ ...each, severity: 'error' as const })),
          ...data.warnings.map((each) => ({ ...each, severity: 'warning' as const })),
        ]
  const fits = document !== null && data !== undefined && data.errors.length === 0 && !checked.isFetching
  return (
    <section aria-label="Document of the API" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="text-sm font-semibold">Document of the API</h3>
        <TextButton onClick={() => setText(formatted(text))} disabled={document === null}>
          Indent
        </TextButton>
      </div>
      <JsonEditor
        label="Document of the API"
        value={text}
        onChange={setText}
        problems={text.trim() === '' ? [] : problems}
      />
      <p role="status" className="min-h-5">
        {text.trim() === '' ? (
          <span className="text-muted">An OpenAPI document as JSON. YAML is not read here.</span>
        ) : document === null ? null : checked.error !== null ? null : data === undefined || checked.isFetching ? (
          <span className="text-muted">Being compiled</span>
        ) : data.errors.length === 0 ? (
          <Status tone="good">{`It compiles: ${count(data.operations.length, 'operation')}`}</Status>
        ) : (
          <Status tone="bad">{`${count(data.errors.length, 'mistake')}: it cannot be used like this`}</Status>
        )}
      </p>
      <ErrorNote error={checked.error} />
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          disabled={!fits}
          onClick={() => {
            if (document !== null) onTake(document)
          }}
        >
          Use this document
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </section>
  )
}

/** What a document says of itself, which need not be what it should be. */
function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'not said'
}

function formatted(text: string): string {
  const parsed = parseObject(text)
  return parsed.ok ? JSON.stringify(parsed.value, null, 2) : text
}
