import { type ReactElement, useState } from 'react'
import { signIn } from '../../api/identity.ts'
import type { SigningAlgorithm, SigningKey } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Select } from '../../ui/select.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Lets the next keys sign now: in good order, or because somebody else may have one. */
export function RotateSigningKeys({ keys }: { keys: readonly SigningKey[] }): ReactElement {
  const [alg, setAlg] = useState<SigningAlgorithm | ''>('')
  const rotate = useAct(
    async (compromised: boolean) =>
      await signIn.rotate({ ...(alg === '' ? {} : { alg }), ...(compromised ? { compromised } : {}) }),
    {
      done: ({ rotated }) => `${count(rotated.length, 'key')} rotated: ${rotated.map((key) => key.alg).join(', ')}`,
      refresh: [['signing-keys']],
    },
  )
  const algorithms = [...new Set(keys.map((key) => key.alg))]
  const which = alg === '' ? 'every algorithm' : alg
  const signing = keys.filter((key) => key.state === 'current' && (alg === '' || key.alg === alg)).length
  return (
    <div className="flex max-w-3xl flex-col gap-3 p-4">
      <div className="flex flex-wrap items-start gap-2">
        <Select
          label="Rotate"
          showLabel
          value={alg}
          onChange={setAlg}
          options={[{ value: '', label: 'every algorithm' }, ...algorithms.map((value) => ({ value, label: value }))]}
        />
        <ConfirmInline
          label="Rotate now"
          safe
          busy={rotate.isPending}
          consequence={`The next key of ${which} signs from now on. Tokens that are out stay valid: nobody has to sign in again.`}
          confirm={`Rotate ${count(signing, 'key')}`}
          onConfirm={() => rotate.mutate(false)}
        />
        <TypedConfirm
          label="Rotate as compromised"
          consequence={`Somebody else may have a key of ${which}: it is withdrawn at once, and every access and id token that it signed is refused. Programs that remember keys may refuse new tokens until they have asked anew. Sessions stay.`}
          word="compromised"
          confirm={`Withdraw ${count(signing, 'key')}`}
          busy={rotate.isPending}
          onConfirm={() => rotate.mutate(true)}
        />
      </div>
      <ErrorNote error={rotate.error} />
    </div>
  )
}
