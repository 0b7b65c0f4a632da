import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Application } from '../../api/types.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { WhatCanView } from './what-can-view.tsx'
import { WhoCanView } from './who-can-view.tsx'

const here = '/permissions/who-can/{-$app}'
const route = getRouteApi(here)

/** The two questions of a review: who can do this, and what can they do; now, or as it was. */
export function WhoCanPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Questions key={application.id} application={application} />}
    </ForApplication>
  )
}

function Questions({ application }: { application: Application }): ReactElement {
  const { ask } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <PermissionsPage here={here} application={application}>
      <Tabs
        inner
        label="Which question"
        value={ask === 'what' ? 'what' : 'who'}
        onChange={(next) => void navigate({ params: true, search: next === 'what' ? { ask: next } : {} })}
        items={[
          { value: 'who', label: 'Who can do this?', content: <WhoCanView application={application.id} /> },
          { value: 'what', label: 'What can somebody do?', content: <WhatCanView application={application.id} /> },
        ]}
      />
    </PermissionsPage>
  )
}
