import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import { Link } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

const TAB =
  'inline-flex h-8 items-center border-b-2 border-transparent px-1 text-sm whitespace-nowrap text-muted select-none hover:text-ink'
const ACTIVE = 'border-accent! text-ink! font-medium'

export type TabTarget =
  | '/people/{-$id}'
  | '/groups/{-$id}'
  | '/services/{-$id}'
  | '/invitations/{-$id}'
  | '/applications/$app/clients/{-$id}'
  | '/applications/$app/resources'
  | '/applications/$app/session-limits'
  | '/applications/$app/branding'
  | '/sign-in/connections/{-$id}'
  | '/sign-in/provisioning/{-$id}'
  | '/sign-in/signing-keys'
  | '/sign-in/mail'
  | '/sign-in/branding'
  | '/sign-in/policy'
  | '/sign-in/tenants/{-$id}'
  | '/ledger'
  | '/ledger/retention/{-$id}'
  | '/ledger/holds/{-$id}'
  | '/ledger/erase/{-$id}'
  | '/ledger/sinks/{-$id}'
  | '/keys'
  | '/keys/versions/{-$id}'
  | '/keys/wrapping'
  | '/keys/seal'
  | '/protection/traffic/{-$app}'
  | '/protection/blocked/{-$app}/{-$id}'
  | '/protection/csp/{-$app}'
  | '/protection/limits/{-$app}'
  | '/protection/learned/{-$app}'
  | '/protection/settings/{-$app}'
  | '/permissions/policies/{-$app}/{-$name}'
  | '/permissions/who-can/{-$app}'
  | '/permissions/grants/{-$app}/{-$id}'
  | '/permissions/roles/{-$app}/{-$id}'
  | '/permissions/entities/{-$app}/{-$id}'
  | '/permissions/requests/{-$app}/{-$id}'
  | '/permissions/shadow/{-$app}'
  | '/permissions/decisions/{-$app}/{-$id}'

interface LinkTabsProps {
  readonly label: string
  readonly items: readonly { readonly to: TabTarget; readonly label: string }[]
  /** The application that the tabs are about. */
  readonly app?: string
}

/** Tabs that are pages: links, so each has an address. */
export function LinkTabs({ label, items, app }: LinkTabsProps): ReactElement {
  const row = useRef<HTMLElement>(null)
  useEffect(() => {
    // In a narrow window the row scrolls: the tab of this page must not stand outside of it.
    row.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [items.length])
  return (
    <nav ref={row} aria-label={label} className="flex gap-3 overflow-x-auto border-b border-line px-3">
      {items.map((item) => (
        <Link
          key={item.to}
          to={item.to}
          params={{ id: undefined, name: undefined, app }}
          activeOptions={{ exact: item.to === '/ledger' || item.to === '/keys', includeSearch: false }}
          activeProps={{ className: ACTIVE }}
          className={`${TAB} -mb-px`}
        >
          {item.label}
        </Link>
      ))}
    </nav>
  )
}

interface TabsProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  readonly items: readonly { readonly value: T; readonly label: string; readonly content: ReactNode }[]
  /** Under other tabs: looks like a switch, so that it is not taken for one row more of them. */
  readonly inner?: boolean
}

const INNER =
  'inline-flex h-7 items-center rounded-sm px-2.5 text-sm whitespace-nowrap text-muted select-none hover:text-ink data-active:bg-accent-soft data-active:font-medium data-active:text-accent'

/** Tabs within a page. */
export function Tabs<T extends string>({ label, value, onChange, items, inner = false }: TabsProps<T>): ReactElement {
  return (
    <BaseTabs.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
    >
      <BaseTabs.List
        aria-label={label}
        className={
          inner
            ? 'mx-4 my-2 flex gap-0.5 self-start rounded-md border border-line bg-surface p-0.5'
            : 'flex gap-3 border-b border-line px-3'
        }
      >
        {items.map((item) => (
          <BaseTabs.Tab
            key={item.value}
            value={item.value}
            className={
              inner ? INNER : `${TAB} -mb-px data-active:border-accent data-active:font-medium data-active:text-ink`
            }
          >
            {item.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {items.map((item) => (
        <BaseTabs.Panel
          key={item.value}
          value={item.value}
          className="flex min-h-0 min-w-0 flex-1 flex-col outline-none"
        >
          {item.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  )
}
