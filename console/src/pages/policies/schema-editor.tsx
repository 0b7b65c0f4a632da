import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/index.ts'
import type { Schema } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code-editor.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useMay } from '../../ui/use-may.ts'
import { CedarField } from './cedar-field.tsx'
import { LeaveGuard } from './leave-guard.tsx'

interface SchemaEditorProps {
  readonly application: string
  readonly builtin: boolean
  readonly schema: Schema
}

/** The Cedar schema of an application: its resource types and actions, against which every policy is validated. */
export function SchemaEditor({ application, builtin, schema }: SchemaEditorProps): ReactElement {
  const [saved, setSaved] = useState(schema)
  const [text, setText] = useState(schema.text)
  const queries = useQueryClient()
  const toast = useToast()
  const save = useMutation({
    mutationFn: async () => await api.saveSchema(application, text),
    onSuccess: async (next) => {
      setSaved(next)
      setText(next.text)
      toast(`Schema saved as version ${next.version}`)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['schema', application] }),
        queries.invalidateQueries({ queryKey: ['applications'] }),
        queries.invalidateQueries({ queryKey: ['validation', application] }),
      ])
    },
  })
  const dirty = text !== saved.text
  const readOnly = builtin || !useMay(application)('writeSchema')
  return (
    <div className="flex min-w-0 flex-col gap-3 p-4">
      <p className="text-muted">
        Version {saved.version}, <RelativeTime at={saved.updatedAt} />.{' '}
        {builtin ? 'This schema is part of Holdfast.' : 'Every policy of the application is validated against it.'}
      </p>
      <LeaveGuard dirty={dirty} />
      {readOnly ? (
        <CodeEditor label="Schema" value={schema.text} />
      ) : (
        <>
          <CedarField
            application={application}
            kind="schema"
            label="Schema"
            value={text}
            onChange={setText}
            onSave={() => {
              if (dirty && !save.isPending) save.mutate()
            }}
          />
          <ErrorNote error={save.error} />
          <div className="flex gap-2">
            <Button look="primary" busy={save.isPending} disabled={!dirty} onClick={() => save.mutate()}>
              Save
            </Button>
            <Button disabled={!dirty} onClick={() => setText(saved.text)}>
              Discard
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
