import type { ReactElement } from 'react'
import type { Check } from '../proof/check.ts'
import { Icon } from './icons.tsx'

const signs = {
  true: { icon: 'check', ink: 'text-good', word: 'holds' },
  false: { icon: 'cross', ink: 'text-bad', word: 'does not hold' },
  null: { icon: 'question', ink: 'text-warn', word: 'not checked' },
} as const

/** What was looked at, one line each, and what was found. */
export function Checks({ checks }: { checks: readonly Check[] }): ReactElement {
  return (
    <ul className="flex flex-col gap-1.5">
      {checks.map(({ name, holds, detail }) => {
        const { icon, ink, word } = signs[`${holds}`]
        return (
          <li key={name} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2">
            <Icon name={icon} className={`mt-0.5 ${ink}`} />
            <div className="break-words">
              <span className="font-medium">{name}</span> <span className={ink}>{word}.</span>{' '}
              <span className="text-muted">{detail}</span>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
