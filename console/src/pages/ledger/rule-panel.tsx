import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import type { Retention } from '../../api/types.ts'
import { filterOf, isTarget, nameOf, span } from '../../lib/retention.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'

interface RulePanelProps {
  readonly target: string
  readonly retention: Retention
  readonly onClose: () => void
}

/** How long the events of one class or kind are kept, and what another number of days would remove. */
export function RulePanel({ target, retention, onClose }: RulePanelProps): ReactElement {
  const rule = retention.rules.find((each) => each.target === target)
  const kept = rule?.days ?? retention.days
  if (!isTarget(target)) {
    return (
      <DetailPanel title="Retention" onClose={onClose}>
        <p className="p-4 text-muted">No class and no kind has this name.</p>
      </DetailPanel>
    )
  }
  return (
    <DetailPanel title={nameOf(target)} subtitle={<code className="font-mono">{target}</code>} onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['Kept for', span(kept)],
            ['By', rule === undefined ? 'the default' : 'a rule'],
          ]}
        />
      </PanelBody>
      <Section title="Keep for">
        <DaysForm key={kept} target={target} kept={kept} retention={retention} />
      </Section>
      {rule === undefined ? null : (
        <Section title="Rule">
          <Reset target={target} kept={kept} days={retention.days} />
        </Section>
      )}
    </DetailPanel>
  )
}

interface NewRuleProps {
  readonly retention: Retention
  readonly onClose: () => void
  readonly onDone: (target: string) => void
}

export function NewRule({ retention, onClose, onDone }: NewRuleProps): ReactElement {
  const [kind, setKind] = useState('')
  const target = `kind:${kind.trim().replace(/\.\*$/u, '')}`
  return (
    <DetailPanel title="Rule for a kind" onClose={onClose}>
      <PanelBody>
        <Field label="Kind" hint="session stands for session and all below: session.started, session.revoked, …">
          <Input value={kind} onChange={setKind} autoFocus spellCheck={false} placeholder="session" />
        </Field>
        {isTarget(target) ? (
          <DaysForm
            key={target}
            target={target}
            kept={retention.rules.find((rule) => rule.target === target)?.days ?? retention.days}
            retention={retention}
            onDone={() => onDone(target)}
          />
        ) : null}
      </PanelBody>
    </DetailPanel>
  )
}

interface DaysFormProps {
  readonly target: string
  readonly kept: number
  readonly retention: Retention
  readonly onDone?: () => void
}

function DaysForm({ target, kept, retention, onDone }: DaysFormProps): ReactElement {
  const [text, setText] = useState(String(kept))
  const { leastDays, mostDays } = retention
  const days = /^\d{1,7}$/u.test(text.trim()) ? Number(text) : Number.NaN
  const fits = days >= leastDays && days <= mostDays
  const shorter = fits && days < kept
  const older = useOlderThan(target, days, shorter)
  const save = useAct(async () => await ledger.keepFor(target, days), {
    done: () => `${nameOf(target)} kept for ${span(days)}`,
    refresh: [['ledger', 'retention']],
    after: () => onDone?.(),
  })
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (fits && !shorter && days !== kept) save.mutate()
      }}
    >
      <Field
        label="Days"
        hint={`From ${leastDays.toLocaleString('en-GB')} to ${mostDays.toLocaleString('en-GB')}.`}
        error={fieldError(save.error, 'days')}
      >
        <Input value={text} onChange={setText} inputMode="numeric" className="w-32!" />
      </Field>
      <ErrorNote error={save.error ?? older.error} />
      {shorter ? (
        <ConfirmInline
          label={`Shorten to ${span(days)}`}
          busy={save.isPending || older.isFetching}
          consequence={`${older.text} What the events said cannot be brought back; their places and proofs stay, and what a legal hold names is kept.`}
          confirm={`Shorten to ${span(days)}`}
          onConfirm={() => save.mutate()}
        />
      ) : (
        <div>
          <Button
            look="primary"
            type="submit"
            busy={save.isPending}
            disabled={!fits || (days === kept && onDone === undefined)}
          >
            Save
          </Button>
        </div>
      )}
    </form>
  )
}

function Reset({ target, kept, days }: { target: string; kept: number; days: number }): ReactElement {
  const older = useOlderThan(target, days, days < kept)
  const reset = useAct(async () => await ledger.keepAsUsual(target), {
    done: () => `Rule for ${nameOf(target)} removed`,
    refresh: [['ledger', 'retention']],
  })
  return (
    <div className="flex flex-col gap-2">
      <ConfirmInline
        label="Remove the rule"
        busy={reset.isPending}
        consequence={`The default of ${span(days)} applies again, or a rule that is less narrow.${days < kept ? ` ${older.text}` : ''}`}
        confirm="Remove the rule"
        onConfirm={() => reset.mutate()}
      />
      <ErrorNote error={reset.error ?? older.error} />
    </div>
  )
}

const DAY = 86_400_000

/** How many events a shorter time would remove: counted before anybody is asked. */
function useOlderThan(target: string, days: number, enabled: boolean) {
  const query = useQuery({
    queryKey: ['facets', 'older', target, days],
    queryFn: async ({ signal }) =>
      await ledger.facets(
        {
          ...filterOf(target),
          since: new Date(0).toISOString(),
          until: new Date(Date.now() - days * DAY).toISOString(),
        },
        signal,
      ),
    enabled,
    staleTime: 60_000,
  })
  const found = query.data
  const number =
    found === undefined ? 'Some events' : `${found.complete ? '' : 'More than '}${count(found.counted, 'event')}`
  const text =
    found?.counted === 0
      ? `No event of these is older than ${span(days)} today.`
      : `${number} of these ${found?.counted === 1 ? 'is' : 'are'} older than ${span(days)} and ${found?.counted === 1 ? 'goes' : 'go'} with the next run.`
  return { text, error: query.error, isFetching: query.isFetching }
}
