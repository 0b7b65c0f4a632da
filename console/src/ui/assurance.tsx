import type { ReactElement } from 'react'
import type { Acr } from '../api/types.ts'
import { acrWords, amrWords, isBelow } from '../lib/assurance.ts'
import { Status, Tag } from './badge.tsx'

interface AssuranceProps {
  readonly acr: Acr
  readonly amr: readonly string[]
  readonly required?: Acr | null
  /** Without the factors themselves. */
  readonly short?: boolean
}

/** What a session has shown of its person, and whether more is demanded of it. */
export function Assurance({ acr, amr, required = null, short = false }: AssuranceProps): ReactElement {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5" title={`${acrWords(acr)}: ${amrWords(amr)}`}>
      <Tag>{acr}</Tag>
      {short ? null : <span>{amrWords(amr)}</span>}
      {isBelow(acr, required) ? <Status tone="warn">must show {required}</Status> : null}
    </span>
  )
}
