import { relative } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Cli, Open } from '../cli.ts'
import { Failure, usage } from '../failure.ts'
import type { StackPorts } from '../stack/index.ts'
import { whatOpens } from '../seal/words.ts'
import { interruption } from '../stack/interruption.ts'
import { collect } from './options.ts'
import { explained, sources, type SettingOptions } from './settings.ts'

interface StartOptions extends SettingOptions {
  readonly demo?: boolean
  readonly ports?: StackPorts
}

// What starts a server is imported when it is needed: every other command would wait for it.
export function startCommand(open: Open): Command {
  return new Command('start')
    .description('start the control plane; with --demo also the gateway and a little shop behind it')
    .addOption(
      new Option('--demo', 'with the gateway, the guarded example shop, seeded people and attacks to try').conflicts([
        'config',
        'set',
      ]),
    )
    .option('--ports <three>', 'with --demo: of control plane, gateway and shop (default: 7400,7480,7410)', threePorts)
    .option(
      '--config <file>',
      'the configuration (HOLDFAST_CONFIG; default: holdfast.yaml, if it is there); not with --demo',
    )
    .option(
      '--set <setting=value>',
      'one setting, as http.listen=0.0.0.0:7400; may be repeated; not with --demo',
      collect,
    )
    .action(async (options: StartOptions, command: Command) => {
      const cli = open(command)
      if (options.demo !== true && options.ports !== undefined) {
        throw usage('--ports goes with --demo.', 'Alone, the control plane takes --set http.listen=HOST:PORT.')
      }
      await (options.demo === true ? startDemo(cli, options) : startAlone(cli, options))
    })
}

async function startDemo(cli: Cli, options: StartOptions): Promise<void> {
  const [{ startStack, usualPorts }, { ensureConsole }, { summary }, { attacksToPaste }, { liveCookies }] =
    await Promise.all([
      import('../stack/index.ts'),
      import('../stack/console.ts'),
      import('../stack/summary.ts'),
      import('../stack/attacks.ts'),
      import('../stack/sign-in.ts'),
    ])
  const { terminal } = cli
  const interrupted = interruption()
  await ensureConsole()
  const stack = await startStack({ data: cli.data, ports: options.ports ?? usualPorts, env: terminal.env }).catch(
    explained,
  )
  try {
    const { ben = '' } = await liveCookies(stack, (sentence) => terminal.error(`warning: ${sentence}\n`))
    const attacks = await attacksToPaste(stack, relative(terminal.cwd, ben))
    cli.show({ url: stack.url, shop: stack.shop.url, people: stack.people, attacks }, () => summary(stack, attacks))
    const sentence = await Promise.race([interrupted, stack.died])
    if (sentence !== undefined) throw new Failure({ code: 'part_ended', detail: sentence })
    terminal.error('Stopping ...\n')
  } finally {
    await stack.stop()
  }
}

async function startAlone(cli: Cli, options: StartOptions): Promise<void> {
  const [{ settleSoon, startServer }, { ensureConsole }] = await Promise.all([
    import('@holdfast/server/main'),
    import('../stack/console.ts'),
  ])
  const { terminal } = cli
  const interrupted = interruption()
  await ensureConsole()
  const server = await startServer(sources(cli, options)).catch(explained)
  for (const warning of server.warnings) terminal.error(`warning: ${warning}\n`)
  const seal = server.seal()
  if (seal.sealed) terminal.error(`Holdfast is sealed (${seal.kind}), listening at ${server.url}. ${whatOpens(seal)}\n`)
  try {
    // Whoever sits here may stop it while it waits for what opens it.
    const ready = await Promise.race([server.ready.catch(explained), interrupted])
    if (ready === undefined) return
    if (ready.setup !== null) terminal.error(`Set up the first operator: ${ready.setup.url}\n`)
    terminal.error(`The root key is sealed by ${server.seal().kind}.\n`)
    terminal.error(`Holdfast is ready at ${server.config.publicUrl} (listening at ${server.url}).\n`)
    settleSoon()
    await interrupted
  } finally {
    await server.stop()
  }
}

function threePorts(text: string): StackPorts {
  const [controlPlane = 0, gateway = 0, shop = 0, ...others] = text.split(',').map(Number)
  const ports = [controlPlane, gateway, shop]
  if (others.length > 0 || !ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new InvalidArgumentError('Three ports are needed, as 7400,7480,7410.')
  }
  return { controlPlane, gateway, shop }
}
