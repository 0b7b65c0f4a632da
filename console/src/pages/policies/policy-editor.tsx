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
import { useMay } from '../../ui/use-may.ts'
import { CedarField } from './cedar-field.tsx'
import { Conflict } from './conflict.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { PolicyHistory } from './policy-history.tsx'
import { PolicyEffect } from './policy-list.tsx'
import { SaveWithPreview } from './save-with-preview.tsx'

interface PolicyEditorProps {
  readonly application: string
  readonly policy: Policy
  readonly onDeleted: () => void
}

/**
 * One policy: read when it is built in or the caller may not write it, edited otherwise. Before a save, and before a deletion, it
 * shows who gains and who loses what. A save names the version it began from; whoever saved meanwhile is not overwritten unasked.
 */
export function PolicyEditor({ application, policy, onDeleted }: PolicyEditorProps): ReactElement {
  // The version that this text began from: it stays while others save, so that the save below notices them.
  const [base, setBase] = useState({ text: policy.text, version: policy.version })
  const [text, setText] = useState(policy.text)
  const [shown, setShown] = useState<'save' | 'delete' | 'history' | null>(null)
  const queries = useQueryClient()
  const toast = useToast()
  const may = useMay(application)
  const writable = !policy.builtin && may('writePolicy')
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['policies', application] }),
      queries.invalidateQueries({ queryKey: ['access', application] }),
      queries.invalidateQueries({ queryKey: ['applications'] }),
    ])
  }
  const save = useMutation({
    mutationFn: async (expectedVersion: number) =>
      await api.savePolicy(application, policy.name, { text, expectedVersion }),
    onSuccess: async (saved) => {
      setBase({ text: saved.text, version: saved.version })
      setText(saved.text)
      setShown(null)
      toast(`${saved.name} saved as version ${saved.version}`)
      await refresh()
    },
    onError: async (error) => {
      setShown(null)
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
    onError: () => setShown(null),
  })
  const dirty = text !== base.text
  const conflict = isConflict(save.error)
  const change = (next: string) => {
    setText(next)
    if (shown !== 'history') setShown(null)
  }
  const submit = () => {
    if (!dirty || save.isPending) return
    save.reset()
    if (may('compareAccess') && shown !== 'save') setShown('save')
    else save.mutate(base.version)
  }

  // Nothing typed here and a newer version there: show it.
  if (!dirty && policy.version > base.version) {
    setBase({ text: policy.text, version: policy.version })
    setText(policy.text)
  }

  return (
    <div className="flex min-w-0 flex-col gap-3 p-4">
      <PolicyHead policy={policy} />
      <LeaveGuard dirty={dirty} />
      {writable ? (
        <>
          <CedarField
            application={application}
            kind="policy"
            label={`Policy ${policy.name}`}
            value={text}
            onChange={change}
            onSave={submit}
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
          {shown === 'save' ? (
            <SaveWithPreview
              application={application}
              name={policy.name}
              text={text}
              act="Saving this"
              confirm={`Save as version ${base.version + 1}`}
              busy={save.isPending}
              onConfirm={() => save.mutate(base.version)}
              onCancel={() => setShown(null)}
            />
          ) : shown === 'delete' ? (
            <SaveWithPreview
              application={application}
              name={policy.name}
              text={null}
              act={`Deleting ${policy.name}`}
              confirm={`Delete ${policy.name}`}
              danger
              busy={remove.isPending}
              onConfirm={() => remove.mutate()}
              onCancel={() => setShown(null)}
            />
          ) : (
            <div className="flex flex-wrap items-start gap-2">
              <Button look="primary" busy={save.isPending} disabled={!dirty} onClick={submit}>
                Save
              </Button>
              <Button disabled={!dirty} onClick={() => change(base.text)}>
                Discard
              </Button>
              <span className="min-w-0 flex-1" />
              <Button aria-expanded={shown === 'history'} onClick={() => setShown(shown === null ? 'history' : null)}>
                Versions
              </Button>
              {may('deletePolicy') ? (
                <DeletePolicy
                  application={application}
                  policy={policy}
                  preview={may('compareAccess')}
                  busy={remove.isPending}
                  onPreview={() => setShown('delete')}
                  onDelete={() => remove.mutate()}
                />
              ) : null}
            </div>
          )}
        </>
      ) : (
        <>
          <CodeEditor label={`Policy ${policy.name}`} value={policy.text} />
          {policy.builtin ? (
            <p className="text-muted">
              This policy is part of Holdfast and cannot be changed. Add one of your own to forbid what it permits.
            </p>
          ) : null}
          <div>
            <Button aria-expanded={shown === 'history'} onClick={() => setShown(shown === null ? 'history' : null)}>
              Versions
            </Button>
          </div>
        </>
      )}
      {shown === 'history' ? (
        <PolicyHistory
          application={application}
          name={policy.name}
          text={text}
          onTake={writable ? setText : undefined}
        />
      ) : null}
    </div>
  )
}

function PolicyHead({ policy }: { policy: Policy }): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h2 className="font-mono text-base font-semibold break-all">{policy.name}</h2>
      <PolicyEffect effect={policy.effect} />
      {policy.builtin ? <Tag>built in</Tag> : null}
      <span className="text-xs text-muted">
        version {policy.version}, <RelativeTime at={policy.updatedAt} />
      </span>
      {policy.kind === 'policy' ? null : (
        <span className="w-full text-muted">
          A template: it permits nothing before a grant fills {policy.slots.join(' and ')}.
        </span>
      )}
    </div>
  )
}

interface DeletePolicyProps {
  readonly application: string
  readonly policy: Policy
  /** Whether the difference is shown first. */
  readonly preview: boolean
  readonly busy: boolean
  readonly onPreview: () => void
  readonly onDelete: () => void
}

function DeletePolicy({ application, policy, preview, busy, onPreview, onDelete }: DeletePolicyProps): ReactElement {
  if (preview) {
    return (
      <Button look="danger" onClick={onPreview}>
        Delete
      </Button>
    )
  }
  return (
    <ConfirmInline
      label="Delete"
      busy={busy}
      consequence={`${policy.name} stops applying at every edge of ${application} within seconds. Whoever only it ${policy.effect === 'permit' ? 'permitted is refused' : 'forbade may be let in'}.`}
      confirm={`Delete ${policy.name}`}
      onConfirm={onDelete}
    />
  )
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'policy_version_conflict'
}
