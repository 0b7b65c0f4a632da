import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { Icon, type IconName } from './icons.tsx'

const looks = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border-line-strong/60 bg-surface text-ink hover:bg-sunken',
  quiet: 'border-transparent text-ink hover:bg-sunken',
  danger: 'border-bad/50 bg-surface text-bad hover:bg-bad-soft',
  'danger-primary': 'border-transparent bg-bad text-on-accent hover:bg-bad-strong',
} as const

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks
  readonly icon?: IconName
  /** Says that the act is under way; the button keeps its width and refuses a second press. */
  readonly busy?: boolean
}

const BUTTON =
  'inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-md border px-3 text-sm font-medium whitespace-nowrap select-none disabled:cursor-not-allowed disabled:opacity-50'

export function buttonClass(look: keyof typeof looks = 'plain'): string {
  return `${BUTTON} ${looks[look]}`
}

export function Button({
  look = 'plain',
  icon,
  busy = false,
  className = '',
  children,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={`${buttonClass(look)} ${className}`}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** The name of the act, for readers of the screen and as the tooltip. */
  readonly label: string
}

export function IconButton({ icon, label, className = '', ...rest }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink ${className}`}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A small act beside a heading ("Edit"), with the look of a link. */
export function TextButton({ className = '', ...rest }: ButtonHTMLAttributes<HTMLButtonElement>): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={`rounded-sm text-xs text-accent hover:underline disabled:opacity-50 ${className}`}
    />
  )
}
