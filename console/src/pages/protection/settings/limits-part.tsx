import type { ReactElement } from 'react'
import type { LimitRule, Protection } from '../../../api/types.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { NumberField } from '../../../ui/list-fields.tsx'
import { RouteFields } from '../../../ui/route-rows.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { type PartProps, said } from './draft.ts'

type Limits = Protection['limits']

const per = [
  { value: 'address', label: 'address' },
  { value: 'account', label: 'who is signed in' },
  { value: 'key', label: 'service or client' },
  { value: 'route', label: 'everybody together' },
] as const
const scopes = [
  { value: 'process', label: 'each gateway for itself' },
  { value: 'shared', label: 'all gateways together' },
  { value: 'strict', label: 'together, asked each time' },
] as const

/** How often, and how many at once. */
export function LimitsPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { limits } = settings
  const set = (patch: Partial<Limits>) => change('limits', { ...limits, ...patch })
  return (
    <>
      <Choice
        label="What happens above a limit"
        value={limits.mode}
        onChange={(mode) => set({ mode })}
        disabled={disabled}
        options={[
          { value: 'block', label: 'Block', says: '429 rate_limited, with the seconds to wait.' },
          { value: 'report', label: 'Report only', says: 'Nothing is refused; an event tells.' },
          { value: 'off', label: 'Off', says: 'Nothing is counted.' },
        ]}
      />
      <Rows
        label="Rules"
        hint="A request that one rule refuses costs nothing of the others. For sign-in and one-time codes: together, asked each time."
        items={limits.rules}
        onChange={(rules) => set({ rules })}
        one="rule"
        add="Add rule"
        fresh={(): LimitRule => ({
          name: `rule-${limits.rules.length + 1}`,
          per: 'address',
          units: 60,
          seconds: 60,
          cost: 1,
          scope: 'process',
        })}
        errorAt={(index) => errorAt(`limits.rules.${index}`)}
        disabled={disabled}
        row={(rule, put) => <RuleFields rule={rule} put={put} />}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <NumberField
          label="Requests at once"
          hint="Of all clients together; empty: no limit."
          value={limits.concurrency.application}
          onChange={(application) => set({ concurrency: { ...limits.concurrency, application } })}
          error={errorAt('limits.concurrency.application')}
          disabled={disabled}
        />
        <NumberField
          label="At once of one client"
          hint="Empty: no limit."
          value={limits.concurrency.perClient}
          onChange={(perClient) => set({ concurrency: { ...limits.concurrency, perClient } })}
          error={errorAt('limits.concurrency.perClient')}
          disabled={disabled}
        />
        <NumberField
          label="Shed load when late by, in ms"
          hint="A share of the requests is turned away; empty: never."
          value={limits.shedAfterMs}
          onChange={(shedAfterMs) => set({ shedAfterMs })}
          error={errorAt('limits.shedAfterMs')}
          disabled={disabled}
        />
      </div>
      <Checkbox
        disabled={disabled}
        checked={limits.headers}
        onChange={(headers) => set({ headers })}
        label="Answers say what is left of a limit (RateLimit, RateLimit-Policy)"
      />
    </>
  )
}

function RuleFields({ rule, put }: { rule: LimitRule; put: (rule: LimitRule) => void }): ReactElement {
  const { route, burst } = rule
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-2 sm:grid-cols-3">
        <Field label="Name">
          <Input value={rule.name} onChange={(name) => put({ ...rule, name })} className="font-mono text-xs" />
        </Field>
        <SelectField
          label="Counted by"
          value={rule.per}
          onChange={(next) => put({ ...rule, per: next })}
          options={per}
        />
        <SelectField label="Budget" value={rule.scope} onChange={(scope) => put({ ...rule, scope })} options={scopes} />
      </div>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        <NumberField label="Units" value={rule.units} onChange={(units) => put({ ...rule, units: units ?? 0 })} />
        <NumberField
          label="in seconds"
          value={rule.seconds}
          onChange={(seconds) => put({ ...rule, seconds: seconds ?? 0 })}
        />
        <NumberField
          label="Burst"
          placeholder="all of them"
          value={burst ?? null}
          onChange={(next) => put(said({ ...rule, burst: next ?? undefined }) as LimitRule)}
        />
        <NumberField label="Cost" value={rule.cost} onChange={(cost) => put({ ...rule, cost: cost ?? 0 })} />
      </div>
      <Checkbox
        checked={route !== undefined}
        onChange={(on) => put(said({ ...rule, route: on ? { path: '/' } : undefined }) as LimitRule)}
        label="For one route only"
      />
      {route === undefined ? null : <RouteFields value={route} onChange={(next) => put({ ...rule, route: next })} />}
    </div>
  )
}
