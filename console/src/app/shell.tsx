import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react'
import { meQuery } from '../api/queries.ts'
import { useSealed } from '../api/sealed.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { Account } from './account.tsx'
import { Mark } from './mark.tsx'
import { nav } from './nav.ts'
import { useShortcuts } from './shortcuts.ts'

const Dialogs = lazy(async () => ({ default: (await import('./dialogs.tsx')).Dialogs }))
const SealedPage = lazy(async () => ({ default: (await import('../pages/sealed/sealed-page.tsx')).SealedPage }))

/** The frame of every page: navigation at the side (behind a button in a narrow window), the page beside it. */
export function Shell(): ReactElement {
  const me = useQuery(meQuery)
  const sealed = useSealed()
  const { pathname } = useLocation()
  const [menu, setMenu] = useState(false)
  const [dialog, setDialog] = useState<'jump' | 'keys' | null>(null)
  useShortcuts(setDialog)
  useEffect(() => setMenu(false), [pathname])

  if (sealed) {
    return (
      <Suspense>
        <SealedPage />
      </Suspense>
    )
  }
  if (me.data === undefined) {
    return (
      <main className="mx-auto max-w-xl p-8">
        {me.error === null ? (
          <p className="text-muted">Loading</p>
        ) : (
          <div className="flex flex-col items-start gap-4">
            <ErrorNote error={me.error} />
            <Button onClick={() => void me.refetch()}>Try again</Button>
          </div>
        )}
      </main>
    )
  }
  const { actions } = me.data
  const pages = nav.filter(({ needs }) => needs === 'viewOverview' || actions.includes(needs))
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh lg:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="flex shrink-0 flex-col border-b border-line bg-surface lg:w-52 lg:border-r lg:border-b-0">
        <div className="flex h-12 items-center gap-2 px-4">
          <Mark />
          <span className="min-w-0 flex-1 truncate">
            <span className="font-semibold">Holdfast</span>
          </span>
          <IconButton
            icon={menu ? 'cross' : 'menu'}
            label={menu ? 'Close menu' : 'Menu'}
            aria-expanded={menu}
            aria-controls="menu"
            onClick={() => setMenu(!menu)}
            className="-mr-2 lg:hidden"
          />
        </div>
        <div id="menu" className={`${menu ? 'flex' : 'hidden'} min-h-0 flex-1 flex-col overflow-y-auto lg:flex`}>
          <nav aria-label="Pages" className="flex flex-col px-2 py-1">
            {pages.map((item) => (
              <Link
                key={item.to}
                to={item.to}
                params={{ id: undefined, app: undefined, name: undefined }}
                activeOptions={{ exact: item.to === '/', includeSearch: false }}
                activeProps={{ className: 'bg-accent-soft text-accent! font-medium' }}
                className="flex h-8 items-center gap-2.5 rounded-md px-2 text-ink hover:bg-sunken"
              >
                <Icon name={item.icon} />
                {item.label}
              </Link>
            ))}
          </nav>
          <Account me={me.data} onJump={() => setDialog('jump')} onKeys={() => setDialog('keys')} />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <Outlet />
      </main>
      {dialog === null ? null : (
        <Suspense>
          <Dialogs dialog={dialog} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </div>
  )
}

export function NotFound(): ReactElement {
  return (
    <div className="p-4">
      <h1 className="text-xl font-semibold">No such page</h1>
      <p className="mt-2 text-muted">
        The address names nothing in this console.{' '}
        <Link to="/" className="text-accent underline">
          Go to the overview
        </Link>
      </p>
    </div>
  )
}
