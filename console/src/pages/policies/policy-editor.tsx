import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ApiError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { Policy } from '../../api/types.ts'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code-editor.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { CedarField } from './cedar-field.tsx'
import { Conflict } from './conflict.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { PolicyEffect } from './policy-list.tsx'

interface PolicyEditorProps {
  readonly application: string
  readonly policy: Policy
  readonly onDeleted: () => void
}

/** One policy: read when it is built in, edited otherwise. A save names the version it began from; whoever saved meanwhile is not overwritten unasked. */
export function PolicyEditor({ application, policy, onDeleted }: PolicyEditorProps): ReactElement {
  // The version that this text began from: it stays while others save, so that the save below notices them.
  const [base, setBase] = useState({ text: policy.text, version: policy.version })
  const [text, setText] = useState(policy.text)
  const queries = useQueryClient()
  const toast = useToast()
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['policies', application] }),
      queries.invalidateQueries({ queryKey: ['applications'] }),
    ])
  }
  const save = useMutation({
    mutationFn: async (expectedVersion: number) =>
      await api.savePolicy(application, policy.name, { text, expectedVersion }),
    onSuccess: async (saved) => {
      setBase({ text: saved.text, version: saved.version })
      setText(saved.text)
      toast(`${saved.name} saved as version ${saved.version}`)
      await refresh()
    },
    onError: async (error) => {
      if (isConflict(error)) await queries.invalidateQueries({ queryKey: ['policies', application] })
    },
  })
  const remove = useMutation({
    mutationFn: async () => await api.deletePolicy(application, policy.name),
    onSuccess: async () => {
      toast(`${policy.name} deleted`)
      onDeleted()
      await refresh()
    },
  })
  const dirty = text !== base.text
  const conflict = isConflict(save.error)

  // Nothing typed here and a newer version there: show it.
  if (!dirty && policy.version > base.version) {
    setBase({ text: policy.text, version: policy.version })
    setText(policy.text)
  }

  return (
    <div className="flex min-w-0 flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-mono text-base font-semibold break-all">{policy.name}</h2>
        <PolicyEffect effect={policy.effect} />
        {policy.builtin ? <Tag>built in</Tag> : null}
        <span className="text-xs text-muted">
          version {policy.version}, <RelativeTime at={policy.updatedAt} />
        </span>
      </div>
      <LeaveGuard dirty={dirty} />
      {policy.builtin ? (
        <>
          <CodeEditor label={`Policy ${policy.name}`} value={policy.text} />
          <p className="text-muted">
            This policy is part of Holdfast and cannot be changed. Add one of your own to forbid what it permits.
          </p>
        </>
      ) : (
        <>
          <CedarField
            application={application}
            kind="policy"
            label={`Policy ${policy.name}`}
            value={text}
            onChange={setText}
            onSave={() => {
              if (dirty && !save.isPending) save.mutate(base.version)
            }}
          />
          {conflict ? (
            <Conflict
              theirs={policy}
              onTake={() => {
                setBase({ text: policy.text, version: policy.version })
                setText(policy.text)
                save.reset()
              }}
              onOverwrite={() => save.mutate(policy.version)}
            />
          ) : (
            <ErrorNote error={save.error ?? remove.error} />
          )}
          <div className="flex flex-wrap items-start gap-2">
            <Button look="primary" busy={save.isPending} disabled={!dirty} onClick={() => save.mutate(base.version)}>
              Save
            </Button>
            <Button disabled={!dirty} onClick={() => setText(base.text)}>
              Discard
            </Button>
            <span className="min-w-0 flex-1" />
            <ConfirmInline
              label="Delete"
              busy={remove.isPending}
              consequence={`${policy.name} stops applying at every edge of ${application} within seconds. Whoever only it ${policy.effect === 'permit' ? 'permitted is refused' : 'forbade may be let in'}. This cannot be undone.`}
              confirm={`Delete ${policy.name}`}
              onConfirm={() => remove.mutate()}
            />
          </div>
        </>
      )}
    </div>
  )
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'policy_version_conflict'
}
