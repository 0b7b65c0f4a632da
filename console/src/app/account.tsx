import { type ReactElement, useState } from 'react'
import type { Me } from '../api/types.ts'
import { applyTheme, storedTheme, type Theme } from '../lib/theme.ts'
import { Icon, type IconName } from '../ui/icons.tsx'

const themes: readonly { readonly value: Theme; readonly label: string; readonly icon: IconName }[] = [
  { value: 'system', label: 'Theme of the system', icon: 'screen' },
  { value: 'light', label: 'Light theme', icon: 'sun' },
  { value: 'dark', label: 'Dark theme', icon: 'moon' },
]

interface AccountProps {
  readonly me: Me
  readonly onJump: () => void
  readonly onKeys: () => void
}

/** The foot of the navigation: jump, theme, keys; the installation, who is signed in, and the way out. */
export function Account({ me, onJump, onKeys }: AccountProps): ReactElement {
  const [theme, setTheme] = useState(storedTheme)
  return (
    <div className="mt-auto flex flex-col gap-2 border-t border-line p-2 lg:border-t-0">
      <button
        type="button"
        onClick={onJump}
        className="flex h-8 items-center gap-2.5 rounded-md px-2 text-left text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="search" />
        <span className="flex-1">Jump to</span>
        <kbd className="font-mono text-xs">Ctrl K</kbd>
      </button>
      <div className="flex items-center justify-between px-2">
        <div role="group" aria-label="Theme" className="flex rounded-md border border-line">
          {themes.map((item) => (
            <button
              key={item.value}
              type="button"
              aria-pressed={theme === item.value}
              aria-label={item.label}
              title={item.label}
              onClick={() => {
                applyTheme(item.value)
                setTheme(item.value)
              }}
              className="inline-flex h-6 w-8 items-center justify-center rounded-sm text-muted hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink"
            >
              <Icon name={item.icon} className="size-3.5" />
            </button>
          ))}
        </div>
        <button
          type="button"
          onClick={onKeys}
          aria-label="Keyboard help"
          title="Keyboard help (?)"
          className="inline-flex size-6 items-center justify-center rounded-sm border border-line font-mono text-xs text-muted hover:bg-sunken hover:text-ink"
        >
          ?
        </button>
      </div>
      <div className="flex items-center gap-1 border-t border-line px-2 pt-2">
        <a
          href="/account"
          title="Your account: profile, password, passkeys, sessions"
          className="-mx-1 min-w-0 flex-1 rounded-md px-1 hover:bg-sunken"
        >
          <span className="block truncate font-medium">{me.name}</span>
          <span className="block truncate text-xs text-muted">{me.email ?? me.principal.type}</span>
          <span className="block text-xs text-accent">Your account</span>
        </a>
        <form method="post" action="/sign-out">
          <button
            type="submit"
            aria-label="Sign out"
            title="Sign out"
            className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink"
          >
            <Icon name="exit" />
          </button>
        </form>
      </div>
      <p className="px-2 pb-1 text-xs text-muted" title={me.installation.publicUrl}>
        <span className="block truncate">{me.installation.name}</span>
        {me.installation.version}
        {me.installation.development ? ', development' : ''}
      </p>
    </div>
  )
}
