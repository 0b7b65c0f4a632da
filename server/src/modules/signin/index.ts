export { signinConfig, type SigninConfig } from './config.ts'
export { manifest } from './manifest.ts'
export type {
  Bootstrap,
  BootstrapOptions,
  Exchange,
  Exchanged,
  GuardedApplication,
  Installation,
  Introspection,
  Revocations,
  Signin,
  SigninDeps,
} from './types.ts'
