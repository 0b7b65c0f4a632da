import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { keys } from '../../api/keys.ts'
import type { SealChange, SealDetails } from '../../api/types.ts'
import { sealNames, shortestPassphrase } from '../../lib/seal.ts'
import { absoluteTime } from '../../lib/time.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useToast } from '../../ui/toast.tsx'
import { ConfirmShares } from './confirm-shares.tsx'
import { HandOut } from './hand-out.tsx'

type Kind = SealChange['to']

interface Prepared {
  readonly shares: readonly string[]
  readonly threshold: number
  readonly expiresAt: string
}

/** Seals the root key in another way. With shares nothing changes before enough of them came back. */
export function ChangeSeal({ seal }: { seal: SealDetails }): ReactElement {
  const [prepared, setPrepared] = useState<Prepared | null>(null)
  const [handedOut, setHandedOut] = useState(false)
  const queries = useQueryClient()
  const toast = useToast()
  const done = async (kind: string) => {
    setPrepared(null)
    setHandedOut(false)
    toast(`Sealed by ${sealNames[kind] ?? kind}`)
    await queries.invalidateQueries({ queryKey: ['keys'] })
  }
  const stop = () => {
    setPrepared(null)
    setHandedOut(false)
    void queries.invalidateQueries({ queryKey: ['keys', 'seal'] })
  }
  if (prepared !== null && !handedOut) {
    return (
      <Box title="Hand out the shares">
        <BoxBody>
          <HandOut
            shares={prepared.shares}
            threshold={prepared.threshold}
            onDone={() => setHandedOut(true)}
            onStop={stop}
          />
        </BoxBody>
      </Box>
    )
  }
  const waits =
    prepared === null
      ? seal.pending && { threshold: seal.pending.threshold, expiresAt: seal.pending.expiresAt }
      : { threshold: prepared.threshold, expiresAt: prepared.expiresAt }
  return (
    <>
      {waits === null ? null : (
        <Box title="Shares that wait to be confirmed">
          <BoxBody>
            <p className="text-muted">
              {`Nothing has changed yet. ${waits.threshold} of the shares that were shown have to be typed back by ${absoluteTime(waits.expiresAt)}: that proves that they were kept. After that they are worth nothing.`}
            </p>
            <ConfirmShares threshold={waits.threshold} onConfirmed={(kind) => void done(kind)} />
          </BoxBody>
        </Box>
      )}
      {prepared === null ? (
        <ChooseSeal seal={seal} onPrepared={setPrepared} onDone={(kind) => void done(kind)} />
      ) : null}
    </>
  )
}

interface ChooseSealProps {
  readonly seal: SealDetails
  readonly onPrepared: (prepared: Prepared) => void
  readonly onDone: (kind: string) => void
}

function ChooseSeal({ seal, onPrepared, onDone }: ChooseSealProps): ReactElement {
  const [to, setTo] = useState<Kind>('shamir')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [shares, setShares] = useState('5')
  const [threshold, setThreshold] = useState('3')
  const [total, needed] = [Number(shares), Number(threshold)]
  const change = useMutation({
    mutationFn: async (what: SealChange) => await keys.changeSeal(what),
    onSuccess: (changed) => {
      setPassphrase('')
      setAgain('')
      if (changed.changed) onDone(changed.kind)
      else {
        onPrepared({
          shares: (changed.shares ?? []).toSorted((a, b) => a.number - b.number).map(({ share }) => share),
          threshold: needed,
          expiresAt: changed.expiresAt ?? '',
        })
      }
    },
  })
  const before =
    seal.kind === 'shamir' ? 'The shares that there are' : `What opens it now (${sealNames[seal.kind] ?? seal.kind})`
  const after = `${before} opens nothing any more once this is done, save backups from before.`
  const fits = {
    file: true,
    passphrase: passphrase.length >= shortestPassphrase && passphrase === again,
    shamir: Number.isInteger(total) && Number.isInteger(needed) && total <= 32 && needed >= 2 && needed <= total,
  }[to]
  return (
    <Box title="Seal it in another way">
      <BoxBody>
        <SelectField
          label="Seal by"
          value={to}
          onChange={setTo}
          options={[
            { value: 'shamir', label: 'shares of several people: nobody alone can open it' },
            { value: 'passphrase', label: 'a passphrase' },
            { value: 'file', label: 'a key file of the server' },
          ]}
          className="max-w-full self-start"
        />
        {to === 'shamir' ? (
          <div className="flex flex-wrap gap-3">
            <Field label="Shares" hint="One for each person." error={fieldError(change.error, 'shares')}>
              <Input value={shares} onChange={setShares} inputMode="numeric" className="w-24!" />
            </Field>
            <Field
              label="Needed to open"
              hint="So few that some may be away."
              error={fieldError(change.error, 'threshold')}
            >
              <Input value={threshold} onChange={setThreshold} inputMode="numeric" className="w-24!" />
            </Field>
          </div>
        ) : null}
        {to === 'passphrase' ? (
          <>
            <Field
              label="Passphrase"
              hint={`At least ${shortestPassphrase} characters; six random words are good.`}
              error={fieldError(change.error, 'passphrase')}
            >
              <Input type="password" autoComplete="new-password" value={passphrase} onChange={setPassphrase} />
            </Field>
            <Field label="Once more" error={again !== '' && again !== passphrase ? 'It is not the same.' : undefined}>
              <Input type="password" autoComplete="new-password" value={again} onChange={setAgain} />
            </Field>
          </>
        ) : null}
        {to === 'file' ? (
          <Notice>
            The file that the setting seal.keyFile names (seal.key in the data directory when it says nothing). In
            production it must lie apart from the data.
          </Notice>
        ) : null}
        <ErrorNote error={change.error} />
        {to === 'shamir' ? (
          <div>
            <Button
              look="primary"
              busy={change.isPending}
              disabled={!fits}
              onClick={() => change.mutate({ to, shares: total, threshold: needed })}
            >
              {fits ? `Show ${total} shares, once` : 'Show the shares'}
            </Button>
          </div>
        ) : (
          <ConfirmInline
            label={`Seal it by ${sealNames[to] ?? to}`}
            busy={change.isPending}
            disabled={!fits}
            consequence={`${after} A server that starts without ${to === 'file' ? 'the file' : 'the passphrase'} answers nothing until it is given.`}
            confirm="Change the seal"
            onConfirm={() => change.mutate(to === 'passphrase' ? { to, passphrase } : { to: 'file' })}
          />
        )}
      </BoxBody>
    </Box>
  )
}
