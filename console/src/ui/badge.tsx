import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'

const tones: Readonly<Record<Tone, { readonly text: string; readonly icon: IconName | null }>> = {
  good: { text: 'text-good', icon: 'check' },
  bad: { text: 'text-bad', icon: 'cross' },
  refused: { text: 'text-bad', icon: 'block' },
  warn: { text: 'text-warn', icon: 'warning' },
  unknown: { text: 'text-muted', icon: 'question' },
  quiet: { text: 'text-muted', icon: 'minus' },
}

export type Tone = 'good' | 'bad' | 'refused' | 'warn' | 'unknown' | 'quiet'

/** A state: an icon and a word in the tone's colour, so that the colour is never the only sign. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }): ReactElement {
  const { text, icon } = tones[tone]
  return (
    <span className={`inline-flex items-center gap-1.5 align-top whitespace-nowrap ${text}`}>
      {icon === null ? null : <Icon name={icon} className="size-3.5" />}
      {children}
    </span>
  )
}

/** A small word of kind or membership: a group, "built in", "this session". */
export function Tag({ children }: { children: ReactNode }): ReactElement {
  return (
    <span className="inline-block rounded-sm border align-top border-line bg-sunken px-1.5 text-xs leading-[1.125rem] whitespace-nowrap text-ink">
      {children}
    </span>
  )
}

export function Tags({ items, none = 'none' }: { items: readonly string[]; none?: string }): ReactElement {
  if (items.length === 0) return <span className="text-muted">{none}</span>
  return (
    <span className="inline-flex flex-wrap gap-1 align-top">
      {items.map((item) => (
        <Tag key={item}>{item}</Tag>
      ))}
    </span>
  )
}
