import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { protectionQuery } from '../../../api/protection.ts'
import { Answer } from '../../../ui/loading.tsx'
import { ForApplication, ProtectionPage } from '../frame.tsx'
import { SettingsEditor } from './settings-editor.tsx'

const route = getRouteApi('/protection/settings/{-$app}')
const here = '/protection/settings/{-$app}'

/** The protection of an application, part by part. */
export function SettingsPage(): ReactElement {
  const { app } = route.useParams()
  const { part } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <ForApplication here={here} app={app}>
      {(application) => (
        <ProtectionPage here={here} application={application}>
          <Settings
            key={application.id}
            app={application.id}
            part={part ?? 'inspection'}
            onPart={(next) => void navigate({ search: { part: next } })}
          />
        </ProtectionPage>
      )}
    </ForApplication>
  )
}

interface SettingsProps {
  readonly app: string
  readonly part: string
  readonly onPart: (part: string) => void
}

function Settings({ app, part, onPart }: SettingsProps): ReactElement {
  const stored = useQuery(protectionQuery(app))
  return (
    <Answer query={stored}>{(found) => <SettingsEditor app={app} stored={found} part={part} onPart={onPart} />}</Answer>
  )
}
