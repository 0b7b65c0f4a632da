import { type ReactElement, useState } from 'react'
import type { QueryKey } from '@tanstack/react-query'
import type { Acr } from '../../api/types.ts'
import { acrWords } from '../../lib/assurance.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'

interface RequireMoreProps {
  /** Whom it hits, in a sentence. */
  readonly what: string
  readonly require: (body: { acr: Acr; reason: string }) => Promise<{ readonly below: number }>
  readonly refresh: readonly QueryKey[]
  /** The levels that are more than what there is already. */
  readonly levels?: readonly Acr[]
}

/** Demands that more be shown, for a reason that the log keeps. Whatever has shown less counts as signed out until it has. */
export function RequireMore({
  what,
  require,
  refresh,
  levels = ['aal2', 'phr'],
}: RequireMoreProps): ReactElement | null {
  const [open, setOpen] = useState(false)
  const [acr, setAcr] = useState<Acr>(levels[0] ?? 'phr')
  const [reason, setReason] = useState('')
  const act = useAct(async () => await require({ acr, reason: reason.trim() }), {
    done: ({ below }) => `${acr} demanded: ${count(below, 'session')} ${below === 1 ? 'has' : 'have'} to show more`,
    refresh,
    after: () => {
      setOpen(false)
      setReason('')
    },
  })
  if (levels.length === 0) return null
  if (!open) {
    return (
      <Button className="self-start" onClick={() => setOpen(true)}>
        Require more
      </Button>
    )
  }
  return (
    <form
      aria-label="Require more"
      className="flex w-full flex-col gap-3 rounded-md border border-line bg-sunken p-3"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <p>{what}</p>
      <SelectField
        label="At least"
        value={acr}
        onChange={setAcr}
        options={levels.map((value) => ({ value, label: `${value}: ${acrWords(value)}` }))}
      />
      <Field label="Why">
        <Input value={reason} onChange={setReason} autoFocus maxLength={500} />
      </Field>
      <ErrorNote error={act.error} />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" busy={act.isPending} disabled={reason.trim() === ''}>
          Require {acr}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  )
}
