import type { ReactElement } from 'react'
import { LinkTabs } from '../../ui/tabs.tsx'

/** The levels of the key hierarchy, from the data up, one tab each. */
export function KeysTabs(): ReactElement {
  return (
    <LinkTabs
      label="Keys"
      items={[
        { to: '/keys', label: 'Data keys' },
        { to: '/keys/versions/{-$id}', label: 'Versions' },
        { to: '/keys/wrapping', label: 'Wrapping keys' },
        { to: '/keys/seal', label: 'Seal' },
      ]}
    />
  )
}
