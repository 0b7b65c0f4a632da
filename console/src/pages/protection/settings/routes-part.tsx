import type { ReactElement } from 'react'
import type { Protection } from '../../../api/types.ts'
import { modeWords } from '../../../lib/protection-words.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { NumberField } from '../../../ui/list-fields.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { useMay } from '../../../ui/use-may.ts'
import { type PartProps, said } from './draft.ts'
import { JsonField } from './json-field.tsx'
import { TryRequest } from './try-request.tsx'

type Route = Protection['routes'][number]

const OWN = 'as for all'
const modes = [OWN, 'block', 'report', 'off'].map((value) => ({
  value,
  label: value === OWN ? OWN : modeWords[value as keyof typeof modeWords],
}))
const sessions = [
  { value: OWN, label: 'as public paths say' },
  { value: 'true', label: 'public' },
  { value: 'false', label: 'needs a session' },
]
const levels = [
  { value: OWN, label: 'any sign-in' },
  { value: 'aal1', label: 'one factor' },
  { value: 'aal2', label: 'two factors' },
  { value: 'phr', label: 'passkey' },
]
/** Members that have fields of their own; the others stand in the JSON below them. */
const fielded = ['path', 'method', 'public', 'action', 'acr', 'inspection', 'csrf', 'policy', 'cost']

/** What holds for some operations only: who may, and what is done about what is found. */
export function RoutesPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { routes, policy } = settings
  const mayTry = useMay(draft.app)('evaluate')
  return (
    <>
      <p className="max-w-prose text-muted">
        The first route that fits a request decides. /orders/{'{id}'} stands for one step, /files/** for all below,
        /products* for a beginning. What a route does not say is as for the whole application.
      </p>
      <Rows<Route>
        label="Routes"
        items={routes}
        onChange={(next) => change('routes', next)}
        disabled={disabled}
        ordered
        one="route"
        add="Add route"
        fresh={() => ({ path: '/' })}
        errorAt={(index) => errorAt(`routes.${index}`)}
        row={(route, put) => <RouteRow route={route} put={put} />}
      />
      <Choice
        label="Decisions by policies, at routes that name an action"
        value={policy.mode}
        onChange={(mode) => change('policy', { ...policy, mode })}
        disabled={disabled}
        options={[
          { value: 'block', label: 'Block', says: 'Whom the policies do not permit the action gets 403.' },
          { value: 'report', label: 'Report only', says: 'Everybody passes; an event tells who would not.' },
          { value: 'off', label: 'Off', says: 'Policies are not asked at the gateway.' },
        ]}
      />
      <Choice
        label="Paths that no route names, once some route names an action"
        value={policy.unmatched}
        onChange={(unmatched) => change('policy', { ...policy, unmatched })}
        disabled={disabled}
        options={[
          { value: 'refuse', label: 'Refuse', says: 'Only what is named reaches the application, and public paths.' },
          { value: 'pass', label: 'Pass', says: 'The application decides itself.' },
        ]}
      />
      {mayTry ? <TryRequest app={draft.app} /> : null}
    </>
  )
}

function RouteRow({ route, put }: { route: Route; put: (route: Route) => void }): ReactElement {
  const set = (patch: Partial<Record<keyof Route, unknown>>) => put(said({ ...route, ...patch }) as Route)
  const own = (value: string) => (value === OWN ? undefined : value)
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-2 sm:grid-cols-[6rem_minmax(0,1fr)_11rem]">
        <Field label="Method">
          <Input
            value={route.method ?? ''}
            placeholder="all"
            className="font-mono text-xs"
            onChange={(method) => set({ method: method === '' ? undefined : method.toUpperCase() })}
          />
        </Field>
        <Field label="Path">
          <Input value={route.path} className="font-mono text-xs" onChange={(path) => set({ path })} />
        </Field>
        <SelectField
          label="Session"
          value={route.public === undefined ? OWN : String(route.public)}
          onChange={(value) => set({ public: value === OWN ? undefined : value === 'true' })}
          options={sessions}
        />
      </div>
      <div className="grid gap-2 sm:grid-cols-3">
        <SelectField
          label="Inspection"
          value={route.inspection ?? OWN}
          onChange={(value) => set({ inspection: own(value) })}
          options={modes}
        />
        <SelectField
          label="Cross-site requests"
          value={route.csrf ?? OWN}
          onChange={(value) => set({ csrf: own(value) })}
          options={modes}
        />
        <SelectField
          label="Policies"
          value={route.policy ?? OWN}
          onChange={(value) => set({ policy: own(value) })}
          options={modes}
        />
      </div>
      <div className="grid gap-2 sm:grid-cols-3">
        <Field label="Action that must be permitted">
          <Input
            value={route.action ?? ''}
            placeholder="none"
            className="font-mono text-xs"
            onChange={(action) => set({ action: action === '' ? undefined : action })}
          />
        </Field>
        <SelectField
          label="Signed in with"
          value={route.acr ?? OWN}
          onChange={(value) => set({ acr: own(value) })}
          options={levels}
        />
        <NumberField
          label="Cost of a request"
          placeholder="as the limit says"
          value={route.cost ?? null}
          onChange={(cost) => set({ cost: cost ?? undefined })}
        />
      </div>
      <MoreField route={route} put={put} />
    </div>
  )
}

/** Resource, mask and age of the sign-in: seldom, and as JSON. */
function MoreField({ route, put }: { route: Route; put: (route: Route) => void }): ReactElement {
  const part = (isFielded: boolean) =>
    Object.fromEntries(Object.entries(route).filter(([name]) => fielded.includes(name) === isFielded))
  const more = part(false)
  return (
    <details open={Object.keys(more).length > 0}>
      <summary className="cursor-pointer text-xs text-muted">Resource, mask, age of the sign-in</summary>
      <div className="pt-1">
        <JsonField
          label="As JSON"
          hint={'{ "resource": { "type": "Order", "id": { "path": "id" } }, "maxAge": 300, "mask": { ... } }'}
          rows={3}
          value={more}
          write={written}
          onChange={(value) => put({ ...value, ...part(true) } as Route)}
        />
      </div>
    </details>
  )
}

const written = (more: object): string => (Object.keys(more).length === 0 ? '' : JSON.stringify(more, null, 2))
