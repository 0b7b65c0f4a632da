import { type ReactElement, useEffect, useRef, useState } from 'react'
import { traffic } from '../../../api/traffic.ts'
import type { ProposedException } from '../../../api/types.ts'
import { kindWords } from '../../../lib/protection-words.ts'
import { Status } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { useAct } from '../../../ui/use-act.ts'
import { useMay } from '../../../ui/use-may.ts'
import { ExceptionWords } from '../exception-words.tsx'

interface ExceptProps {
  readonly app: string
  readonly event: string
  readonly finding: {
    readonly index: number
    readonly kind: string
    readonly exception: ProposedException | null
    readonly whyNot: string | null
    readonly excepted: string | null
  }
}

/** The exception that one finding asks for: what it would let pass, said before it is made, and the way back after. */
export function Except({ app, event, finding }: ExceptProps): ReactElement {
  const may = useMay(app)('changeProtection')
  const [asking, setAsking] = useState(false)
  const { exception, whyNot, excepted, index } = finding
  const refresh = [['protection', app]]
  const undo = useAct(async (id: string) => await traffic.removeException(app, id), {
    done: () => 'Exception taken back',
    refresh,
  })
  if (excepted !== null) {
    return (
      <div className="flex flex-col gap-2">
        <Status tone="good">Excepted: such requests pass</Status>
        {exception === null ? null : (
          <p className="text-muted">
            <ExceptionWords exception={exception} />
          </p>
        )}
        <ErrorNote error={undo.error} />
        {may ? (
          <div>
            <Button busy={undo.isPending} onClick={() => undo.mutate(excepted)}>
              Take the exception back
            </Button>
          </div>
        ) : null}
      </div>
    )
  }
  if (exception === null) return <p className="text-muted">{whyNot ?? 'There is no exception from this.'}</p>
  if (!may) return <p className="text-muted">You may look at this, and not make an exception of it.</p>
  if (!asking) {
    return (
      <div>
        <Button onClick={() => setAsking(true)}>This was honest: make an exception</Button>
      </div>
    )
  }
  return (
    <Ask
      app={app}
      body={{ event, finding: index }}
      kind={finding.kind}
      exception={exception}
      onCancel={() => setAsking(false)}
      onMade={() => setAsking(false)}
    />
  )
}

const DAY = 86_400_000
const spans = [
  { value: '', label: 'until it is taken back' },
  { value: '1', label: 'for a day' },
  { value: '7', label: 'for a week' },
  { value: '30', label: 'for 30 days' },
]

interface AskProps {
  readonly app: string
  readonly body: { readonly event: string; readonly finding: number }
  readonly kind: string
  readonly exception: ProposedException
  readonly onCancel: () => void
  readonly onMade: () => void
}

function Ask({ app, body, kind, exception, onCancel, onMade }: AskProps): ReactElement {
  const [note, setNote] = useState('')
  const [days, setDays] = useState('')
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => box.current?.focus(), [])
  const make = useAct(
    async () =>
      await traffic.except(app, {
        ...body,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
        ...(days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY).toISOString() }),
      }),
    { done: () => 'Exception made: such requests pass', refresh: [['protection', app]], after: onMade },
  )
  return (
    <form
      ref={box}
      tabIndex={-1}
      aria-label="Make an exception"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
      className="flex flex-col gap-3 rounded-md border border-accent/40 bg-accent-soft p-3"
    >
      <div role="status" className="flex flex-col gap-2">
        <p className="font-medium">What it lets pass</p>
        <p>
          <ExceptionWords exception={exception} />
        </p>
        <p className="text-muted">
          {kind === 'rule'
            ? 'All other rules look at it, and this rule looks at everything else.'
            : `Everything else about such requests is judged as before: other fields, other detectors, and ${kind === 'attack' ? 'other kinds of attacks' : `what is not “${kindWords(kind).toLowerCase()}”`} in this one.`}
        </p>
        <p className="text-muted">
          It is written into the settings as{' '}
          <code className="font-mono text-xs break-all">{JSON.stringify(exception)}</code>
        </p>
      </div>
      <Field label="Why (optional)">
        <Input value={note} maxLength={500} onChange={setNote} placeholder="Articles quote SQL" />
      </Field>
      <SelectField label="How long" value={days} onChange={setDays} options={spans} />
      <ErrorNote error={make.error} />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" busy={make.isPending}>
          Let such requests pass
        </Button>
        <Button onClick={onCancel}>Keep blocking</Button>
      </div>
    </form>
  )
}
