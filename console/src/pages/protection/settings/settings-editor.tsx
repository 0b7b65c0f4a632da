import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../../api/errors.ts'
import { protection } from '../../../api/protection.ts'
import type { Protection, StoredProtection } from '../../../api/types.ts'
import { changesOf } from '../../../lib/protection-changes.ts'
import { count } from '../../../lib/words.ts'
import { Button } from '../../../ui/button.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useToast } from '../../../ui/toast.tsx'
import { useMay } from '../../../ui/use-may.ts'
import { LeaveGuard } from '../../policies/leave-guard.tsx'
import { Conflict } from './conflict.tsx'
import type { Draft } from './draft.ts'
import { ExpertPart } from './expert-part.tsx'
import { partOf } from './part-of.ts'
import { parts } from './parts.tsx'
import { Review } from './review.tsx'

interface SettingsEditorProps {
  readonly app: string
  readonly stored: StoredProtection
  readonly part: string
  readonly onPart: (part: string) => void
}

/**
 * One draft for all parts: they are stored as one document, under one version. A save names the version it began from, and is shown as a
 * difference before it is made.
 */
export function SettingsEditor({ app, stored, part, onPart }: SettingsEditorProps): ReactElement {
  // The version that this draft began from: it stays while others save, so that the save below notices them.
  const [base, setBase] = useState(stored)
  const [settings, setSettings] = useState(stored.settings)
  const [reviewing, setReviewing] = useState(false)
  const disabled = !useMay(app)('changeProtection')
  const queries = useQueryClient()
  const toast = useToast()
  const take = (next: StoredProtection, draft: Protection = next.settings) => {
    setBase(next)
    setSettings(draft)
    setReviewing(false)
    save.reset()
  }
  const save = useMutation({
    mutationFn: async () => await protection.save(app, settings, base.version),
    onSuccess: async (saved) => {
      queries.setQueryData(['protection', app, 'settings'], saved)
      take(saved)
      toast(`Protection saved as version ${saved.version}`)
      await queries.invalidateQueries({ queryKey: ['protection', app] })
    },
    onError: async (error) => {
      setReviewing(false)
      if (isConflict(error)) await queries.invalidateQueries({ queryKey: ['protection', app, 'settings'] })
    },
  })
  const changes = changesOf(base.settings, settings)
  const dirty = changes.length > 0
  const conflict = isConflict(save.error) && stored.version > base.version
  const errors = save.error instanceof ApiError ? save.error.problem.errors : []

  // Nothing changed here and a newer version there: show it.
  if (!dirty && stored.version > base.version) {
    setBase(stored)
    setSettings(stored.settings)
  }

  const draft: Draft = {
    app,
    settings,
    disabled,
    change: (name, value) => {
      setReviewing(false)
      setSettings((before) => ({ ...before, [name]: value }))
    },
    errorAt: (path) => errors.find((each) => each.path === path || each.path.startsWith(`${path}.`))?.message,
  }
  const marked = (id: string) => ({
    changed: changes.some(({ path }) => partOf(path.join('.')) === id),
    wrong: errors.some(({ path }) => partOf(path) === id),
  })
  const shown = parts.find(({ id }) => id === part)
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
      <nav
        aria-label="Parts of the settings"
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line p-2 lg:w-52 lg:flex-col lg:overflow-x-visible lg:border-b-0"
      >
        {[...parts, { id: 'json', label: 'As JSON' }].map(({ id, label }) => (
          <PartLink
            key={id}
            label={label}
            here={id === (shown?.id ?? 'json')}
            {...marked(id)}
            onGo={() => onPart(id)}
          />
        ))}
        <p className="hidden px-2 pt-2 text-xs text-muted lg:block">
          {base.version === 0 ? 'Nobody has set anything: all is as it comes.' : `Version ${base.version}, `}
          {base.version === 0 ? null : <RelativeTime at={base.changedAt} />}
        </p>
      </nav>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="min-h-0 flex-1 lg:overflow-y-auto">
          <div className="flex max-w-4xl flex-col gap-5 p-4">
            <LeaveGuard dirty={dirty} />
            {conflict ? (
              <Conflict
                base={base}
                mine={settings}
                theirs={stored}
                onMerge={(merged) => take(stored, merged)}
                onTake={() => take(stored)}
              />
            ) : isConflict(save.error) ? null : (
              <ErrorNote error={save.error} />
            )}
            {reviewing ? (
              <Review
                before={base.settings}
                after={settings}
                confirm={`Save as version ${base.version + 1}`}
                busy={save.isPending}
                onConfirm={() => save.mutate()}
                onCancel={() => setReviewing(false)}
              />
            ) : null}
            {shown === undefined ? (
              <>
                <PartHead label="As JSON" says="For experts, and for what has no field yet." />
                <ExpertPart settings={settings} onChange={setSettings} errors={errors} disabled={disabled} />
              </>
            ) : (
              <div key={shown.id} className="flex flex-col gap-5">
                <PartHead label={shown.label} says={shown.says} />
                <shown.show draft={draft} />
              </div>
            )}
          </div>
        </div>
        {disabled ? null : (
          <div className="sticky bottom-0 flex min-h-12 flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-2">
            <Button
              look="primary"
              disabled={!dirty || reviewing}
              onClick={() => {
                save.reset()
                setReviewing(true)
              }}
            >
              Review and save
            </Button>
            <Button disabled={!dirty} onClick={() => take(stored)}>
              Discard
            </Button>
            <span role="status" className="text-muted">
              {dirty ? `${count(changes.length, 'setting')} changed, not saved` : 'Nothing to save'}
            </span>
          </div>
        )}
      </div>
    </div>
  )
}

function PartHead({ label, says }: { label: string; says: string }): ReactElement {
  return (
    <div>
      <h2 className="text-base font-semibold">{label}</h2>
      <p className="text-muted">{says}</p>
    </div>
  )
}

interface PartLinkProps {
  readonly label: string
  readonly here: boolean
  readonly changed: boolean
  readonly wrong: boolean
  readonly onGo: () => void
}

function PartLink({ label, here, changed, wrong, onGo }: PartLinkProps): ReactElement {
  const link = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // In a narrow window the row scrolls: this part must not stand outside of it.
    if (here) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [here])
  return (
    <button
      ref={link}
      type="button"
      aria-current={here ? 'page' : undefined}
      onClick={onGo}
      className={`flex h-8 shrink-0 items-center justify-between gap-2 rounded-md px-2 text-left whitespace-nowrap ${here ? 'bg-accent-soft font-medium text-accent' : 'text-ink hover:bg-sunken'}`}
    >
      {label}
      {wrong ? (
        <Icon name="cross" className="text-bad" />
      ) : changed ? (
        <span className="size-2 rounded-full bg-accent" aria-hidden="true" />
      ) : null}
      {wrong || changed ? <span className="sr-only">{wrong ? '(wrong)' : '(changed)'}</span> : null}
    </button>
  )
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'protection_changed'
}
