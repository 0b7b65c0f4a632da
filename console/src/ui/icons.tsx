import type { ReactElement, ReactNode } from 'react'

const paths = {
  overview: <path d="M2.5 13.5v-4M6.5 13.5v-8M10.5 13.5v-5M14.5 13.5v-11" />,
  people: (
    <>
      <circle cx="6" cy="5.5" r="2.5" />
      <path d="M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.200a2.5 2.5 0 0 1 0 4.600M12.2 9.900c1.5.6 2.3 1.9 2.3 3.6" />
    </>
  ),
  sessions: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  applications: <path d="M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z" />,
  policies: <path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 8h5M6 11h5" />,
  events: <path d="M5.5 3.5h9M5.5 8h9M5.5 12.5h9M1.7 3.5h.6M1.7 8h.6M1.7 12.5h.6" />,
  controls: <path d="M8 1.5 2.5 3.5V8c0 3.2 2.3 5.6 5.5 6.5 3.2-.9 5.5-3.3 5.5-6.5V3.5zM5.5 8l2 2 3.5-4" />,
  protection: (
    <path d="M1.5 3h13v10h-13zM1.5 6.300h13M1.500 9.700h13M8 3v3.300M4.500 6.300v3.400M11.500 6.300v3.400M8 9.700V13" />
  ),
  check: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  cross: <path d="m3.5 3.5 9 9M12.5 3.5l-9 9" />,
  minus: <path d="M3 8h10" />,
  plus: <path d="M8 3v10M3 8h10" />,
  warning: <path d="M8 2 1.5 13.5h13zM8 6.5v3.5M8 11.800v.2" />,
  question: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.2 6.300c.1-1 .8-1.6 1.8-1.600s1.8.7 1.8 1.600c0 1.3-1.8 1.3-1.8 2.600M8 11v.2" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 7.5v3.5M8 5v.2" />
    </>
  ),
  ledger: <path d="M8 2v4M4 6h8M4 6v3M12 6v3M2.5 9h3v4.500h-3zM10.5 9h3v4.500h-3z" />,
  keys: (
    <>
      <circle cx="5" cy="11" r="3" />
      <path d="M7.2 8.800 13.5 2.5M11 5l2 2" />
    </>
  ),
  lock: <path d="M3.5 7h9v6.500h-9zM5.5 7V4.800a2.500 2.500 0 0 1 5 0V7" />,
  download: <path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.500M2.5 13.5h11" />,
  filter: <path d="M2 3.5h12M4.5 8h7M7 12.5h2" />,
  bookmark: <path d="M4 2.5h8v11L8 10.5l-4 3z" />,
  block: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m3.8 3.8 8.4 8.4" />
    </>
  ),
  copy: <path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />,
  chevronDown: <path d="m4 6 4 4 4-4" />,
  chevronUp: <path d="m4 10 4-4 4 4" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  play: <path d="M4.5 3v10l8-5z" />,
  menu: <path d="M2 4h12M2 8h12M2 12h12" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.100M11.9 11.9 13 13M3 13l1.1-1.100M11.9 4.1 13 3" />
    </>
  ),
  moon: <path d="M13.5 9.800A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.300z" />,
  screen: <path d="M1.5 2.5h13v8.5h-13zM5.5 14h5M8 11v3" />,
  exit: <path d="M6.5 2.5h-4v11h4M10 4.5 13.5 8 10 11.5M13.5 8H6" />,
} as const

export type IconName = keyof typeof paths

/** A 16-pixel line icon in the colour of the text around it. Decoration for readers of the screen: a word stands beside it, or a label. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }): ReactElement {
  const shape: ReactNode = paths[name]
  return (
    <svg
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shape}
    </svg>
  )
}
