import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../../api/index.ts'
import type { Finding } from '../../api/types.ts'

interface ValidationState {
  readonly findings: readonly Finding[]
  /** The text on the screen has been checked and is valid. */
  readonly valid: boolean
  readonly checking: boolean
  readonly error: unknown
}

const NONE: readonly Finding[] = []

/** Validates what is being typed, a third of a second after typing rests. Findings of an older text are not shown over a newer one. */
export function useValidation(application: string, kind: 'policy' | 'schema', text: string): ValidationState {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 350)
    return () => clearTimeout(timer)
  }, [text])
  const validation = useQuery({
    queryKey: ['validation', application, kind, rested],
    queryFn: async () => await api.validate(application, kind, rested),
    enabled: rested.trim() !== '',
    staleTime: 60_000,
    gcTime: 60_000,
  })
  const current = rested === text ? validation.data : undefined
  return {
    findings: current?.findings ?? NONE,
    valid: current?.valid === true,
    checking: text.trim() !== '' && current === undefined && validation.error === null,
    error: validation.error,
  }
}
