import { relative } from 'node:path'
import { Command } from 'commander'
import type { Cli, Open } from '../cli.ts'
import { exitCodes, Failure } from '../failure.ts'

interface StartOptions {
  readonly demo?: boolean
  readonly config?: string
}

// What starts a server is imported when it is needed: every other command would wait for it.
export function startCommand(open: Open): Command {
  return new Command('start')
    .description('start the control plane; with --demo also the gateway and a little shop behind it')
    .option('--demo', 'with the gateway, the guarded example shop, seeded people and attacks to try')
    .option('--config <file>', 'the configuration (HOLDFAST_CONFIG; default: holdfast.yaml, if it is there)')
    .action(async (options: StartOptions, command: Command) => {
      const cli = open(command)
      await (options.demo === true ? startDemo(cli) : startAlone(cli, options))
    })
}

async function startDemo(cli: Cli): Promise<void> {
  const [{ startStack, usualPorts }, { summary }, { attacksToPaste }, { freshCookies }, { interruption }] =
    await Promise.all([
      import('../stack/index.ts'),
      import('../stack/summary.ts'),
      import('../stack/attacks.ts'),
      import('../stack/sign-in.ts'),
      import('../stack/interruption.ts'),
    ])
  const interrupted = interruption()
  const stack = await startStack({ data: cli.data, ports: usualPorts })
  try {
    const cookies = await freshCookies(stack)
    const attacks = await attacksToPaste(stack, relative(cli.terminal.cwd, cookies.ben))
    cli.show({ url: stack.url, shop: stack.shop.url, people: stack.people, attacks }, () => summary(stack, attacks))
    const sentence = await Promise.race([interrupted, stack.died])
    if (typeof sentence === 'string') throw new Failure({ code: 'part_ended', detail: sentence })
    cli.terminal.error('Stopping ...\n')
  } finally {
    await stack.stop()
  }
  cli.end(exitCodes.ok)
}
