import type { ReactElement } from 'react'
import { LinkTabs } from '../../ui/tabs.tsx'

/** The kinds of the directory, one tab each, and who was asked to join it. */
export function PeopleTabs(): ReactElement {
  return (
    <LinkTabs
      label="Directory"
      items={[
        { to: '/people/{-$id}', label: 'People' },
        { to: '/groups/{-$id}', label: 'Groups' },
        { to: '/services/{-$id}', label: 'Services' },
        { to: '/invitations/{-$id}', label: 'Invitations' },
      ]}
    />
  )
}
