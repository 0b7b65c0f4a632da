import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useEffect, useState } from 'react'
import { Mark } from '../../app/mark.tsx'
import { ApiError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { SealStatus } from '../../api/types.ts'
import { unseal } from '../../api/unseal.ts'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'

/** What stands in place of every page while the server has no keys: that it is sealed, and the field for what opens it. */
export function SealedPage(): ReactElement {
  const status = useQuery({
    queryKey: ['seal', 'status'],
    queryFn: async ({ signal }) => await unseal.status(signal),
    refetchInterval: 3000,
    retry: false,
  })
  const opened = status.data?.sealed === false
  useBackWhenOpen(opened)
  useEffect(() => {
    document.title = 'Sealed · Holdfast'
  }, [])
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-5 px-4 py-12">
      <div className="flex items-center gap-2">
        <Mark />
        <span className="font-semibold">Holdfast</span>
      </div>
      <h1 className="text-xl font-semibold">{opened ? 'Opening' : 'This server is sealed'}</h1>
      {opened ? (
        <p role="status">The keys are there. The server starts its parts now; this page goes on by itself.</p>
      ) : (
        <>
          <p>
            It has started without what opens its keys, and answers nothing until it is given that. Nobody can sign in,
            and nothing is decided or recorded. Whatever relies on it is refused meanwhile.
          </p>
          {status.data === undefined ? (
            status.error === null ? (
              <p className="text-muted">Asking what opens it</p>
            ) : (
              <ErrorNote error={status.error} />
            )
          ) : (
            <Opening status={status.data} onGiven={() => void status.refetch()} />
          )}
          <div>
            <p className="mb-1 text-muted">On the command line, at this very replica:</p>
            <CopyLine text={`npx holdfast unseal --url ${location.origin}`} />
          </div>
        </>
      )}
    </main>
  )
}

function Opening({ status, onGiven }: { status: SealStatus; onGiven: () => void }): ReactElement {
  const [text, setText] = useState('')
  const { kind, shares } = status
  const give = useMutation({
    mutationFn: async () =>
      await unseal.give(kind === 'shamir' ? { share: text.replace(/\s+/gu, '') } : { passphrase: text }),
    onSuccess: () => {
      setText('')
      onGiven()
    },
  })
  if (kind !== 'shamir' && kind !== 'passphrase') {
    return (
      <Notice tone="warn">
        Its key file is not there, or is not the one that belongs to this database. Put it back where the setting
        seal.keyFile says (mode 0600): the server looks for it by itself, or start it again. docs/guide/seals.md tells
        more.
      </Notice>
    )
  }
  return (
    <form
      noValidate
      autoComplete="off"
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate()
      }}
    >
      {shares === null ? null : <Progress shares={shares} />}
      {kind === 'shamir' ? (
        <Field label="A share" hint="It begins with hfu_. Blanks, dashes and capitals do not matter.">
          <Input
            value={text}
            onChange={setText}
            type="password"
            autoComplete="off"
            autoFocus
            spellCheck={false}
            className="font-mono"
          />
        </Field>
      ) : (
        <Field label="Passphrase">
          <Input value={text} onChange={setText} type="password" autoComplete="off" autoFocus />
        </Field>
      )}
      <ErrorNote error={give.error} />
      <div>
        <Button look="primary" type="submit" busy={give.isPending} disabled={text.trim() === ''}>
          {kind === 'shamir' ? 'Give this share' : 'Unseal'}
        </Button>
      </div>
    </form>
  )
}

function Progress({
  shares: { given, threshold, total },
}: {
  shares: NonNullable<SealStatus['shares']>
}): ReactElement {
  return (
    <div role="status" className="flex flex-col gap-2">
      <p className="font-medium">{`${given} of ${threshold} shares given`}</p>
      <div className="flex gap-1" aria-hidden="true">
        {Array.from({ length: threshold }, (_, at) => (
          <span key={at} className={`h-1.5 flex-1 rounded-sm ${at < given ? 'bg-accent' : 'bg-line'}`} />
        ))}
      </div>
      <p className="text-xs text-muted">
        {`Any ${threshold} of the ${total} open it; each is given by the person who keeps it, from wherever they are. Those that were given wait here for half an hour, in memory, and are forgotten when the next one does not come.`}
      </p>
    </div>
  )
}

/** Asks like any page until the server answers like an open one, and then loads the page that was asked for. */
function useBackWhenOpen(opened: boolean): void {
  useEffect(() => {
    if (!opened) return undefined
    const timer = setInterval(() => {
      api.me().then(
        () => location.reload(),
        (error: unknown) => {
          // No session any more: the client is on its way to the sign-in page by itself.
          if (error instanceof ApiError && error.problem.code !== 'sealed' && error.status !== 0) location.reload()
        },
      )
    }, 1000)
    return () => clearInterval(timer)
  }, [opened])
}
