import type { ReactElement } from 'react'
import { LinesField } from '../../../ui/list-fields.tsx'
import { Notice } from '../../../ui/notice.tsx'
import type { PartProps } from './draft.ts'

/** Who is answered at all. */
export function AddressesPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { addresses } = settings
  return (
    <>
      {addresses.allow.length === 0 ? null : (
        <Notice tone="warn">Only the addresses of the first list are answered. Everybody else gets 403.</Notice>
      )}
      <LinesField
        label="Only these"
        hint="Addresses and ranges (192.0.2.0/24), one a line. Empty: everybody."
        rows={6}
        value={addresses.allow}
        onChange={(allow) => change('addresses', { ...addresses, allow })}
        error={errorAt('addresses.allow')}
        disabled={disabled}
      />
      <LinesField
        label="Not these"
        hint="They get 403 address_refused."
        rows={6}
        value={addresses.deny}
        onChange={(deny) => change('addresses', { ...addresses, deny })}
        error={errorAt('addresses.deny')}
        disabled={disabled}
      />
    </>
  )
}
