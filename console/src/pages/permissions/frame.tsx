import type { ComponentProps, ReactElement } from 'react'
import { ApplicationPage, ForApplication as ForOne, type Section } from '../application-section.tsx'

const section: Section = {
  title: 'Permissions',
  builtin: true,
  empty: 'Permissions belong to an application.',
  tabs: [
    { to: '/permissions/policies/{-$app}/{-$name}', label: 'Policies', needs: 'viewApplication' },
    { to: '/permissions/who-can/{-$app}', label: 'Who can', needs: 'viewAccess' },
    { to: '/permissions/grants/{-$app}/{-$id}', label: 'Grants', needs: 'viewAccess' },
    { to: '/permissions/roles/{-$app}/{-$id}', label: 'Roles', needs: 'viewAccess' },
    { to: '/permissions/entities/{-$app}/{-$id}', label: 'Entities', needs: 'viewEntities' },
    { to: '/permissions/requests/{-$app}/{-$id}', label: 'Requests', needs: 'requestElevation' },
    { to: '/permissions/shadow/{-$app}', label: 'Shadow', needs: 'viewCandidate' },
    { to: '/permissions/decisions/{-$app}/{-$id}', label: 'Decisions', needs: 'listDecisions' },
  ],
}

/** What stands below Permissions is about one application. */
export function ForApplication(props: Omit<ComponentProps<typeof ForOne>, 'section'>): ReactElement {
  return <ForOne section={section} {...props} />
}

/** The frame of these pages: which application, and the tabs of what the caller may see of it. */
export function PermissionsPage(props: Omit<ComponentProps<typeof ApplicationPage>, 'section'>): ReactElement {
  return <ApplicationPage section={section} {...props} />
}
