import type { ReactElement } from 'react'
import type { Protection } from '../../../api/types.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { LinesField } from '../../../ui/list-fields.tsx'
import { RouteRows } from '../../../ui/route-rows.tsx'
import type { PartProps } from './draft.ts'

/** Requests that pages of others make a browser send. */
export function CsrfPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { csrf } = settings
  const set = (patch: Partial<Protection['csrf']>) => change('csrf', { ...csrf, ...patch })
  return (
    <>
      <Choice
        label="Requests that other sites make a browser send"
        value={csrf.mode}
        onChange={(mode) => set({ mode })}
        disabled={disabled}
        options={[
          { value: 'block', label: 'Block', says: 'Refused where they would change something and carry a cookie.' },
          { value: 'report', label: 'Report only', says: 'They pass; an event tells.' },
          { value: 'off', label: 'Off', says: 'Nobody looks where a request comes from.' },
        ]}
      />
      <LinesField
        label="Trusted origins"
        hint="Pages of these may send requests, too: one full origin a line, as https://app.example."
        placeholder="https://app.example"
        value={csrf.trustedOrigins}
        onChange={(trustedOrigins) => set({ trustedOrigins })}
        error={errorAt('csrf.trustedOrigins')}
        disabled={disabled}
      />
      <Checkbox
        disabled={disabled}
        checked={csrf.sameSite}
        onChange={(sameSite) => set({ sameSite })}
        label="Pages of sibling subdomains may send requests, too. Then whoever controls one of them can."
      />
      <Choice
        label="Requests that carry nothing a browser adds by itself (no cookie)"
        value={csrf.withoutCookies}
        onChange={(withoutCookies) => set({ withoutCookies })}
        disabled={disabled}
        options={[
          { value: 'pass', label: 'Pass', says: 'A forged request has no authority without a cookie.' },
          {
            value: 'judge',
            label: 'Judge',
            says: 'As those with one: where the address of the client is its authority.',
          },
        ]}
      />
      <Choice
        label="Requests that say nothing of where they come from"
        value={csrf.withoutOrigin}
        onChange={(withoutOrigin) => set({ withoutOrigin })}
        disabled={disabled}
        options={[
          { value: 'pass', label: 'Pass', says: 'Programs send none; browsers always do.' },
          { value: 'refuse', label: 'Refuse', says: 'Only browsers are to change something here.' },
        ]}
      />
      <Choice
        label="A token of the session that the page sends back (X-CSRF-Token)"
        value={csrf.doubleSubmit}
        onChange={(doubleSubmit) => set({ doubleSubmit })}
        disabled={disabled}
        options={[
          { value: 'off', label: 'Not asked', says: 'What browsers say of a request is enough.' },
          { value: 'required', label: 'Required', says: 'Every request that changes something must carry it.' },
        ]}
      />
      <RouteRows
        label="Exempt routes"
        hint="Nobody looks where requests to them come from. A path, or a prefix that ends with *."
        items={csrf.exempt}
        onChange={(exempt) => set({ exempt })}
        errorAt={(index) => errorAt(`csrf.exempt.${index}`)}
        disabled={disabled}
      />
    </>
  )
}
