import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { keys } from '../../api/keys.ts'
import type { Key, KeyHits } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Loading } from '../../ui/loading.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Destroys an old version of a key: what it closed and nothing has closed anew since is lost, and that is counted first. */
export function DestroyKey({ item }: { item: Key }): ReactElement {
  const [looked, setLooked] = useState(false)
  const hits = useQuery({
    queryKey: ['keys', 'hits', item.id],
    queryFn: async () => await keys.hits({ id: item.id }),
    enabled: looked,
    staleTime: 0,
  })
  const destroy = useAct(async (values: number) => await keys.destroy({ id: item.id, values }), {
    done: () => `Version ${item.version} of ${item.purpose} destroyed`,
    refresh: [['keys']],
  })
  if (!looked) {
    return (
      <div className="flex flex-col items-start gap-2">
        <p className="text-muted">An old version only opens what it closed. Once nothing is left of that, it can go.</p>
        <Button onClick={() => setLooked(true)}>What would be lost?</Button>
      </div>
    )
  }
  if (hits.data === undefined) return hits.error === null ? <Loading /> : <ErrorNote error={hits.error} />
  const { values } = hits.data
  return (
    <div className="flex flex-col gap-3">
      <Lost hits={hits.data} />
      <TypedConfirm
        label={values === 0 ? 'Destroy it' : `Destroy it and ${count(values, 'value')}`}
        busy={destroy.isPending}
        consequence={
          values === 0
            ? `Nothing that is kept was found to be encrypted with version ${item.version} of ${item.purpose}. Backups that were: they open no more.`
            : `${count(values, 'value')} of ${item.subject === null ? 'this installation' : item.subject} are lost for good, here and in every backup. Nobody can bring them back.`
        }
        word={`${item.purpose} ${item.version}`}
        confirm={values === 0 ? 'Destroy the key' : `Destroy ${count(values, 'value')}`}
        onConfirm={() => destroy.mutate(values)}
      />
      <ErrorNote error={destroy.error} />
    </div>
  )
}

function Lost({ hits: { columns } }: { hits: KeyHits }): ReactElement {
  if (columns.length === 0) return <p>Nothing: no value that is kept is encrypted with it.</p>
  return (
    <table className="w-full text-sm">
      <caption className="mb-1 text-left text-muted">Encrypted with it, and lost with it:</caption>
      <tbody>
        {columns.map(({ table, column, values }) => (
          <tr key={`${table}.${column}`} className="border-b border-line">
            <td className="py-1 font-mono text-xs break-all">
              {table}.{column}
            </td>
            <td className="py-1 text-right tabular-nums">
              {values === null ? 'too many to count' : values.toLocaleString('en-GB')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
