import type { ReactElement } from 'react'
import type { Protection } from '../../../api/types.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { NumberField } from '../../../ui/list-fields.tsx'
import type { PartProps } from './draft.ts'

type Upstreams = Protection['upstreams']

/** How requests are spread over the upstreams of the application, and which of them are taken out. */
export function UpstreamsPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { upstreams } = settings
  const { eject, check } = upstreams
  const set = (patch: Partial<Upstreams>) => change('upstreams', { ...upstreams, ...patch })
  return (
    <>
      <Choice
        label="Which of several upstreams gets a request"
        value={upstreams.choice}
        onChange={(choice) => set({ choice })}
        disabled={disabled}
        options={[
          { value: 'least-outstanding', label: 'The least busy', says: 'The one with the fewest requests under way.' },
          { value: 'round-robin', label: 'By turns', says: 'One after the other.' },
        ]}
      />
      <Checkbox
        disabled={disabled}
        checked={upstreams.retry}
        onChange={(retry) => set({ retry })}
        label="A request that failed before anything can have been done goes once more, to another upstream where there is one"
      />
      <Checkbox
        disabled={disabled}
        checked={eject !== null}
        onChange={(on) => set({ eject: on ? { connects: 3, errorRate: 0.5, seconds: 5, mostSeconds: 300 } : null })}
        label="Take an upstream out whose requests fail"
      />
      {eject === null ? null : (
        <div className="grid gap-4 pl-6 sm:grid-cols-2">
          <NumberField
            label="After so many connections in a row that could not be made"
            value={eject.connects}
            onChange={(connects) => set({ eject: { ...eject, connects: connects ?? 0 } })}
            disabled={disabled}
          />
          <NumberField
            label="Or at so many answers of 5xx, in percent"
            hint="Of at least 20 in 10 seconds."
            value={Math.round(eject.errorRate * 100)}
            onChange={(percent) => set({ eject: { ...eject, errorRate: (percent ?? 0) / 100 } })}
            disabled={disabled}
          />
          <NumberField
            label="For so many seconds"
            hint="Twice as long each time that it happens again."
            value={eject.seconds}
            onChange={(seconds) => set({ eject: { ...eject, seconds: seconds ?? 0 } })}
            error={errorAt('upstreams.eject')}
            disabled={disabled}
          />
          <NumberField
            label="At most so many seconds"
            value={eject.mostSeconds}
            onChange={(mostSeconds) => set({ eject: { ...eject, mostSeconds: mostSeconds ?? 0 } })}
            disabled={disabled}
          />
        </div>
      )}
      <Checkbox
        disabled={disabled}
        checked={check !== null}
        onChange={(on) => set({ check: on ? { path: '/healthz', status: 200, seconds: 5, timeoutMs: 2000 } : null })}
        label="Ask each upstream by itself whether it is well"
      />
      {check === null ? null : (
        <div className="grid gap-4 pl-6 sm:grid-cols-2">
          <Field label="Path" error={errorAt('upstreams.check')}>
            <Input
              value={check.path}
              disabled={disabled}
              onChange={(path) => set({ check: { ...check, path } })}
              className="font-mono text-xs"
            />
          </Field>
          <NumberField
            label="Status that it answers"
            value={check.status}
            onChange={(status) => set({ check: { ...check, status: status ?? 0 } })}
            disabled={disabled}
          />
          <NumberField
            label="Every so many seconds"
            value={check.seconds}
            onChange={(seconds) => set({ check: { ...check, seconds: seconds ?? 0 } })}
            disabled={disabled}
          />
          <NumberField
            label="Within milliseconds"
            value={check.timeoutMs}
            onChange={(timeoutMs) => set({ check: { ...check, timeoutMs: timeoutMs ?? 0 } })}
            disabled={disabled}
          />
        </div>
      )}
    </>
  )
}
