import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import { count } from '../../lib/words.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Ends the sessions of everybody, for the day on which nobody knows whose are stolen. One's own stays. */
export function EndEverySession(): ReactElement {
  const end = useAct(async () => await api.revokeEverySession(), {
    done: ({ revoked }) => `${count(revoked, 'session')} ended`,
    refresh: [['sessions']],
  })
  return (
    <>
      <TypedConfirm
        label="End everybody's"
        consequence="Every session of everybody ends within seconds, here and at every application; tokens that came of them are refused. Only this one of yours stays."
        word="everybody"
        confirm="End every session"
        busy={end.isPending}
        onConfirm={() => end.mutate()}
      />
      <ErrorNote error={end.error} />
    </>
  )
}
