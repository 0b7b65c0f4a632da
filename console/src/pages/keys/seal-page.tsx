import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { keys } from '../../api/keys.ts'
import type { SealDetails } from '../../api/types.ts'
import { sealNames } from '../../lib/seal.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'
import { ChangeSeal } from './change-seal.tsx'
import { KeysTabs } from './keys-tabs.tsx'

export function SealPage(): ReactElement {
  const seal = useQuery({ queryKey: ['keys', 'seal'], queryFn: keys.seal })
  return (
    <Page title="Keys" tabs={<KeysTabs />}>
      <Answer query={seal}>
        {(details) => (
          <div className="flex max-w-3xl flex-col gap-4 px-4 pt-4 pb-8">
            <SealBox seal={details} />
            <ChangeSeal seal={details} />
            <RotateRoot seal={details} />
          </div>
        )}
      </Answer>
    </Page>
  )
}

function SealBox({ seal }: { seal: SealDetails }): ReactElement {
  const { kind, shares, root, replicas } = seal
  return (
    <Box title="Seal" aside={<Status tone="good">Open</Status>}>
      <BoxBody>
        <p className="text-muted">
          Everything that is encrypted here hangs on one root key. It is nowhere in clear but in the memory of a running
          server; what keeps it while none runs is the seal.
        </p>
        <Facts
          items={[
            ['Sealed by', sealNames[kind] ?? kind],
            ...(shares === null ? [] : [['Shares', `any ${shares.threshold} of ${shares.total} open it`] as const]),
            ['Since', <RelativeTime key="since" at={seal.since} />],
            [
              'Root key',
              <span key="root">
                {`generation ${root.generation}, since `}
                <RelativeTime at={root.since} />
              </span>,
            ],
          ]}
        />
        <div>
          <h3 className="mb-1 text-xs font-medium text-muted">{`Open at ${count(replicas.length, 'replica')}`}</h3>
          <ul className="flex flex-col">
            {replicas.map(({ id, seenAt, answering }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-1">
                <CopyId id={id} short />
                {answering ? <Status tone="good">Answers</Status> : <Status tone="unknown">Not heard of</Status>}
                <span className="text-muted">
                  seen <RelativeTime at={seenAt} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      </BoxBody>
    </Box>
  )
}

function RotateRoot({ seal }: { seal: SealDetails }): ReactElement {
  const rotate = useAct(keys.rotateSeal, {
    done: ({ generation }) => `Root key ${generation} is in force`,
    refresh: [['keys']],
  })
  const others = seal.replicas.filter(({ answering }) => answering).length - 1
  const hidden = seal.replicas.length - 1 - Math.max(others, 0)
  return (
    <Box title="New root key, same seal">
      <BoxBody>
        <p className="text-muted">
          Replaces the root key by a new one: the wrapping keys are encrypted anew, no data is touched. Do it when the
          memory of a server may have been seen by somebody.
        </p>
        <ConfirmInline
          safe={hidden === 0}
          label="Replace the root key"
          busy={rotate.isPending}
          consequence={`Root key ${seal.root.generation} is replaced for ${count(seal.replicas.length, 'replica')}.${hidden > 0 ? ` ${count(hidden, 'replica')} that ${hidden === 1 ? 'does' : 'do'} not answer must be unsealed again.` : ''} What opens the seal stays the same.`}
          confirm="Replace it"
          onConfirm={() => rotate.mutate()}
        />
        <ErrorNote error={rotate.error} />
      </BoxBody>
    </Box>
  )
}
