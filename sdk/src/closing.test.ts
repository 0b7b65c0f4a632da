import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { TestControlPlane } from './testing/control-plane.ts'

const sdk = fileURLToPath(new URL('./index.ts', import.meta.url))

/** A program that does nothing else than record an event and close, while its control plane is away. */
const program = `
  import { createHoldfast } from ${JSON.stringify(sdk)}
  const holdfast = await createHoldfast({ credentials: JSON.parse(process.env.CREDENTIALS) })
  holdfast.record({ kind: 'a.b', outcome: 'success' })
  await new Promise((resolve) => setTimeout(resolve, 600))
  await holdfast.close()
  console.log('closed')
`

it('close resolves while the control plane is away, also when nothing else keeps the program alive', async () => {
  const control = await new TestControlPlane().start()
  const { credentials } = control
  await control.stop()
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, CREDENTIALS: JSON.stringify(credentials) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (printed += chunk))
  const [code] = await once(child, 'exit')
  expect(printed).toContain('closed')
  expect(printed).toContain('1 events could not be delivered before the end.')
  expect(code).toBe(0)
}, 20_000)
