import type { ReactElement } from 'react'

/** The shield with the letter H: the same drawing as public/favicon.svg. */
export function Mark(): ReactElement {
  return (
    <svg viewBox="0 0 32 32" className="size-5 shrink-0" aria-hidden="true">
      <path className="fill-accent" d="M16 2 4 6.5V15c0 7 4.9 12.6 12 15 7.1-2.4 12-8 12-15V6.5L16 2z" />
      <path
        className="stroke-on-accent"
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        d="M11.5 10v12M20.5 10v12M11.5 16h9"
      />
    </svg>
  )
}
