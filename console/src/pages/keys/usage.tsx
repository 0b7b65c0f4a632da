import type { ReactElement } from 'react'

interface UsageProps {
  readonly used: number
  readonly limit: number
  readonly text: string
}

/** How far a key is used up: in words, and as a bar beside them. */
export function Usage({ used, limit, text }: UsageProps): ReactElement {
  return (
    <span
      className="inline-flex items-center gap-2 whitespace-nowrap"
      title={`${used.toLocaleString('en-GB')} of ${limit.toLocaleString('en-GB')} values`}
    >
      <svg viewBox="0 0 64 6" className="hidden h-1.5 w-16 @md:block" aria-hidden="true">
        <rect width="64" height="6" rx="3" className="fill-sunken" />
        <rect
          width={used === 0 ? 0 : Math.max(2, Math.min(64, (used / limit) * 64))}
          height="6"
          rx="3"
          className={used / limit > 0.9 ? 'fill-warn' : 'fill-accent'}
        />
      </svg>
      {text}
    </span>
  )
}
