import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Policy } from '../../api/types.ts'
import { Status, Tag } from '../../ui/badge.tsx'

interface PolicyListProps {
  readonly application: string
  readonly policies: readonly Policy[]
}

/** The policies of an application, one link each. Up and down move between them. */
export function PolicyList({ application, policies }: PolicyListProps): ReactElement {
  return (
    <nav
      aria-label="Policies"
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
        if (step === undefined) return
        const links = [...event.currentTarget.querySelectorAll('a')]
        const next = links[links.findIndex((link) => link === document.activeElement) + step]
        event.preventDefault()
        next?.focus()
      }}
    >
      <ul>
        {policies.map((policy) => (
          <li key={policy.name} className="border-b border-line">
            <Link
              to="/permissions/policies/{-$app}/{-$name}"
              params={{ app: application, name: policy.name }}
              search={(previous) => (previous.try === undefined ? {} : { try: previous.try })}
              activeOptions={{ includeSearch: false }}
              activeProps={{ className: 'bg-accent-soft! shadow-[inset_2px_0_0_var(--color-accent)]' }}
              className="block bg-surface px-4 py-1.5 -outline-offset-2 hover:bg-sunken"
            >
              <span className="block font-mono text-xs leading-5 break-words">{policy.name}</span>
              <span className="flex items-center justify-between gap-2 text-xs">
                <span className="flex items-center gap-2">
                  <PolicyEffect effect={policy.effect} />
                  {policy.kind === 'template' ? <Tag>template</Tag> : null}
                </span>
                {policy.builtin ? <Tag>built in</Tag> : <span className="text-muted">v{policy.version}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

export function PolicyEffect({ effect }: { effect: Policy['effect'] }): ReactElement {
  return effect === 'permit' ? <Status tone="good">permit</Status> : <Status tone="refused">forbid</Status>
}
