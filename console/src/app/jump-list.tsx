import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useDeferredValue, useState } from 'react'
import { api } from '../api/index.ts'
import { applicationsQuery, meQuery } from '../api/queries.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { nav } from './nav.ts'

const PAGES = [
  ...nav,
  { to: '/groups/{-$id}', label: 'Groups', icon: 'people', needs: 'listGroups' },
  { to: '/services/{-$id}', label: 'Services', icon: 'people', needs: 'listServices' },
  { to: '/invitations/{-$id}', label: 'Invitations', icon: 'people', needs: 'listInvitations' },
  { to: '/sign-in/provisioning/{-$id}', label: 'Provisioning', icon: 'lock', needs: 'listServices' },
  { to: '/sign-in/policy', label: 'Sign-in policy', icon: 'lock', needs: 'viewSignInPolicy' },
  { to: '/sign-in/tenants/{-$id}', label: 'Tenants', icon: 'lock', needs: 'listTenants' },
  { to: '/sign-in/signing-keys', label: 'Signing keys', icon: 'lock', needs: 'listSigningKeys' },
  { to: '/sign-in/mail', label: 'Mail', icon: 'lock', needs: 'viewMail' },
  { to: '/protection/traffic/{-$app}', label: 'Traffic', icon: 'protection', needs: 'listApplications' },
  {
    to: '/protection/blocked/{-$app}/{-$id}',
    label: 'Blocked requests',
    icon: 'protection',
    needs: 'listApplications',
  },
  { to: '/protection/csp/{-$app}', label: 'CSP reports', icon: 'protection', needs: 'listApplications' },
  { to: '/protection/limits/{-$app}', label: 'Limits', icon: 'protection', needs: 'listApplications' },
  { to: '/protection/settings/{-$app}', label: 'Protection settings', icon: 'protection', needs: 'listApplications' },
  { to: '/permissions/who-can/{-$app}', label: 'Who can', icon: 'policies', needs: 'listApplications' },
  { to: '/permissions/grants/{-$app}/{-$id}', label: 'Grants', icon: 'policies', needs: 'listApplications' },
  { to: '/permissions/roles/{-$app}/{-$id}', label: 'Roles', icon: 'policies', needs: 'listApplications' },
  { to: '/permissions/decisions/{-$app}/{-$id}', label: 'Decisions', icon: 'policies', needs: 'listApplications' },
] as const

interface Target {
  readonly key: string
  readonly label: string
  readonly hint: string
  readonly icon: IconName
  readonly go: () => Promise<void>
}

/** Type a few letters, press Enter: pages, applications and people. The field keeps the focus; the arrows move the choice. */
export function JumpList({ onDone }: { onDone: () => void }): ReactElement {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const query = useDeferredValue(text.trim().toLowerCase())
  const me = useQuery(meQuery)
  const may = (action: string) => me.data?.actions.includes(action) === true
  const applications = useQuery({ ...applicationsQuery, enabled: may('listApplications') })
  const people = useQuery({
    queryKey: ['people', 'jump', query],
    queryFn: async ({ signal }) => await api.people({ query, limit: 6 }, signal),
    enabled: query !== '' && may('listPeople'),
    placeholderData: (previous) => previous,
  })

  const has = (label: string) => label.toLowerCase().includes(query)
  const targets: Target[] = [
    ...PAGES.filter(({ needs }) => needs === 'viewOverview' || may(needs))
      .filter((item) => has(item.label))
      .map((item) => ({
        key: item.to,
        label: item.label,
        hint: 'Page',
        icon: item.icon,
        go: async () => await navigate({ to: item.to, params: { id: undefined, app: undefined, name: undefined } }),
      })),
    ...(query === '' ? [] : (applications.data?.items ?? []))
      .filter((item) => has(item.name) || has(item.id))
      .map((item) => ({
        key: `application ${item.id}`,
        label: item.name,
        hint: 'Application',
        icon: 'applications' as const,
        go: async () => await navigate({ to: '/applications/{-$id}', params: { id: item.id } }),
      })),
    ...(query === '' ? [] : (people.data?.items ?? [])).map((item) => ({
      key: `person ${item.id}`,
      label: item.name,
      hint: item.email,
      icon: 'people' as const,
      go: async () => await navigate({ to: '/people/{-$id}', params: { id: item.id } }),
    })),
  ]
  const index = Math.min(chosen, targets.length - 1)
  const open = (target: Target | undefined) => {
    if (target === undefined) return
    onDone()
    void target.go()
  }

  return (
    <>
      <input
        role="combobox"
        aria-label="Jump to"
        aria-expanded="true"
        aria-controls="jump-list"
        aria-activedescendant={index < 0 ? undefined : `jump-${index}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="Page, application or person"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step !== undefined) {
            event.preventDefault()
            setChosen(Math.max(0, Math.min(index + step, targets.length - 1)))
          } else if (event.key === 'Enter') {
            event.preventDefault()
            open(targets[index])
          }
        }}
        className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
      />
      <div id="jump-list" role="listbox" aria-label="Targets" className="max-h-80 overflow-y-auto py-1">
        {targets.map((target, position) => (
          <div
            key={target.key}
            id={`jump-${position}`}
            role="option"
            tabIndex={-1}
            aria-selected={position === index}
            onClick={() => open(target)}
            onMouseMove={() => setChosen(position)}
            className="flex h-8 items-center gap-2.5 px-4 aria-selected:bg-accent-soft"
          >
            <Icon name={target.icon} className="text-muted" />
            <span className="min-w-0 flex-1 truncate">{target.label}</span>
            <span className="truncate text-xs text-muted">{target.hint}</span>
          </div>
        ))}
        {targets.length === 0 ? <p className="px-4 py-2 text-muted">Nothing has that name.</p> : null}
      </div>
    </>
  )
}
